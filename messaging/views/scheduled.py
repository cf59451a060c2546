"""Texts that wait for their time, and those that come again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import meanwhile
from contacts.access import needs, require
from contacts.ids import read_pk
from contacts.models import Contact
from contacts.paging import page
from contacts.roles import Right
from messaging import later, merging, recurring
from messaging.forms.scheduled import RecurrenceForm, ScheduledForm
from messaging.models import Broadcast, Direction, Message, Origin, Recurrence, Status
from messaging.views.message import TOO_LATE
from messaging.views.request import Request

SOON = timedelta(minutes=1)  # what leaves sooner is on its way
MOST_RECURRING = 200

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.VIEW)
def scheduled_list(request: Request) -> HttpResponse:
    """By the time they leave. A broadcast's texts are on its own page; it is one row here."""
    found = page(_scheduled(request), "send_after", cursor=request.GET.get("cursor", ""))
    rows = [
        (message, later.on_their_clock(message.contact, message.phone, message.send_after))
        for message in found.items
    ]
    recurring_rows = _recurring(request).prefetch_related("contact__phones").order_by("next_at")
    many = Broadcast.objects.visible_to(request.user).scheduled().select_related("author")
    context = {
        "page": found,
        "rows": rows,
        "broadcasts": many.order_by("send_at")[:MOST_RECURRING],
        "states": Broadcast.State,
        "recurring": [(row, _their_clock(row)) for row in recurring_rows[:MOST_RECURRING]],
    }
    return render(request, "messaging/scheduled/list.html", context)


def _their_clock(row: Recurrence) -> str:
    phone = row.contact.phone_to_text() if row.contact else None
    return later.on_their_clock(row.contact, phone.e164, row.next_at) if phone else ""


@get_or_post
@needs(Right.TEXT)
def scheduled_edit(request: Request, pk: int) -> HttpResponse:
    message = get_object_or_404(_texts(request), pk=pk)
    if request.method != "POST" and message.status != Status.QUEUED:
        notices.warning(request, TOO_LATE)
        return redirect("messaging:message-detail", message.pk)
    form, shown = meanwhile.caught_up(
        lambda typed: ScheduledForm(typed, message=message), request.POST
    )
    if form.is_valid() and form.save():
        notices.success(request, "Saved.")
        return redirect("messaging:scheduled-list")
    context = {"form": form, "message": message, "shown": shown}
    status = 422 if form.errors else 200
    return render(request, "messaging/scheduled/edit.html", context, status=status)


@get_or_post
@needs(Right.TEXT)
def recurring_edit(request: Request, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk: ?contact= says to whom, ?broadcast= that this one comes again."""
    found = meanwhile.find(_recurring(request), pk, request.POST) if pk else None
    row = _may_change(request, found) if found else _begun(request)
    called = str(row) if found else "New recurring text"  # not as somebody is changing it
    form, shown = meanwhile.caught_up(
        lambda typed: RecurrenceForm(typed, instance=row, author=request.user),
        request.POST,
        is_gone=bool(pk and found is None),
    )
    if form.is_valid():
        saved = form.save()
        notices.success(request, f"Saved. It goes {saved.rhythm}.")
        return redirect("messaging:scheduled-list")
    context = {"form": form, "row": row, "merge_fields": merging.known()}
    context |= {"called": called, "shown": shown if found else ""}
    status = 422 if form.errors else 200
    return render(request, "messaging/scheduled/recurring.html", context, status=status)


@require_POST
@needs(Right.TEXT)
def recurring_pause(request: Request, pk: int) -> HttpResponse:
    """Pauses it, or with resume=1 lets it go on from the next time. Twice is once."""
    row = _find(request, pk)
    if row.paused_at:
        recurring.plan(row)  # of one that goes on already nothing is skipped
    row.paused_at = None if request.POST.get("resume") else (row.paused_at or timezone.now())
    row.save(update_fields=["paused_at", "next_at"])
    notices.success(request, "Paused." if row.paused_at else "It goes on.")
    return redirect("messaging:scheduled-list")


@get_or_post
@needs(Right.TEXT)
def recurring_delete(request: Request, pk: int) -> HttpResponse:
    row = _find(request, pk)
    if request.method == "POST":
        row.delete()
        notices.success(request, "Deleted. What was texted stays.")
        return redirect("messaging:scheduled-list")
    return render(request, "messaging/scheduled/delete.html", {"row": row})


def _scheduled(request: Request) -> QuerySet[Message]:
    return _texts(request).filter(status=Status.QUEUED, send_after__gt=timezone.now() + SOON)


def _texts(request: Request) -> QuerySet[Message]:
    """What goes out to one person, whether it waits or has left."""
    contacts = Contact.objects.visible_to(request.user).values("pk")
    rows = Message.objects.filter(
        Q(contact=None) | Q(contact__in=contacts), direction=Direction.OUTBOUND
    )
    mine = rows.exclude(origin=Origin.BROADCAST)
    return mine.select_related("contact", "number", "author")


def _recurring(request: Request) -> QuerySet[Recurrence]:
    return Recurrence.objects.visible_to(request.user).select_related("contact", "broadcast")


def _find(request: Request, pk: int) -> Recurrence:
    return _may_change(request, get_object_or_404(_recurring(request), pk=pk))


def _may_change(request: Request, row: Recurrence) -> Recurrence:
    if row.broadcast:
        require(request.user, Right.BROADCAST)
    return row


def _begun(request: Request) -> Recurrence:
    """A new one, of the contact or the broadcast that the address names."""
    row = Recurrence(author=request.user)
    if broadcast := _named(request, "broadcast", Broadcast.objects.visible_to(request.user)):
        require(request.user, Right.BROADCAST)
        row.broadcast = broadcast
    else:
        row.contact = _named(request, "contact", Contact.objects.visible_to(request.user))
    return row


def _named(request: Request, name: str, rows: Any) -> Any:
    return rows.filter(pk=read_pk(request.GET.get(name, ""))).first()
