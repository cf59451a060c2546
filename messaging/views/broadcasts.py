"""Broadcasts: the list, writing one, looking at it before it goes, and while it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import audit, meanwhile
from contacts.access import needs
from contacts.exporting import answering, delimited
from contacts.models.member import team_of
from contacts.paging import page
from contacts.roles import Right
from messaging import broadcasts, merging, quiet_hours, wording
from messaging.broadcasts import results
from messaging.forms.broadcast import BroadcastForm, BroadcastTestForm, StartForm
from messaging.models import Broadcast, BroadcastRecipient
from messaging.views.request import Request

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BEGAN = "It began already, so its words stay as they are."
WAITS = "It waits for approval: take it back to change it."
STARTED = "Somebody started it meanwhile, so its words stay. What you typed still stands here."

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.VIEW)
def broadcast_list(request: Request) -> HttpResponse:
    rows = Broadcast.objects.visible_to(request.user).select_related("author")
    found = page(rows, "-created_at", cursor=request.GET.get("cursor", ""))
    context = {"page": found, "states": Broadcast.State}
    return render(request, "messaging/broadcasts/list.html", context)


@get_or_post
@needs(Right.BROADCAST)
def broadcast_edit(request: Request, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk; ?query= brings the filters of the contact list along."""
    row = (
        _find(request, pk) if pk else Broadcast(author=request.user, team_id=team_of(request.user))
    )
    if row.pk and request.method != "POST" and row.state not in broadcasts.CHANGEABLE:
        waits = row.state == Broadcast.State.WAITING
        notices.error(request, WAITS if waits else BEGAN)
        return redirect(row)
    initial = {} if pk else {"query": request.GET.get("query", "")[:2000]}
    form, shown = meanwhile.caught_up(
        lambda typed: BroadcastForm(typed, instance=row, initial=initial, reader=request.user),
        request.POST,
    )
    if form.is_valid() and (saved := _saved(form, request.user)):
        return redirect(saved)

    context: dict[str, Any] = {
        "form": form,
        "row": row if pk else None,
        "merge_fields": merging.known(),
    }
    context["shown"] = shown if pk else ""
    status = 422 if form.errors else 200
    return render(request, "messaging/broadcasts/form.html", context, status=status)


def _saved(form: BroadcastForm, by: User) -> Broadcast | None:
    """None, and the form says so, if somebody started it meanwhile."""
    with transaction.atomic():
        if form.instance.pk and not broadcasts.hold_to_change(form.instance.pk):
            form.add_error(None, STARTED)
            return None
        form.instance.edited_by = by
        broadcast: Broadcast = form.save()
        broadcasts.prepare_again(broadcast)
    return broadcast


@require_safe
@needs(Right.VIEW)
def broadcast_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


@require_safe
@needs(Right.VIEW)
def broadcast_progress(request: Request, pk: int) -> HttpResponse:
    """The part of the page that moves, as ?show= and ?cursor= have it."""
    row = _find(request, pk)
    if not request.htmx:
        return redirect(row)
    return render(request, "messaging/broadcasts/_moving.html", _context(request, row))


@require_POST
@needs(Right.BROADCAST)
def broadcast_start(request: Request, pk: int) -> HttpResponse:
    row, form = _find(request, pk), StartForm(request.POST)
    if not form.is_valid():
        return _page(request, row, start=form)
    try:
        broadcasts.start(row, **form.cleaned_data, by=request.user)
    except broadcasts.CannotStart as problem:
        notices.error(request, str(problem))
    return redirect(row)


@require_POST
@needs(Right.BROADCAST)
def broadcast_test(request: Request, pk: int) -> HttpResponse:
    """The first text of it to a phone that is typed."""
    row, form = _find(request, pk), BroadcastTestForm(request.POST)
    first = row.recipients.filter(problem="").select_related("number").order_by("pk").first()
    if first and form.is_valid() and form.send_like(request.user, first):
        notices.success(request, "The test is on its way.")
        return redirect(row)
    if first is None:
        notices.error(request, "Nobody would get a text, so there is nothing to try.")
    return _page(request, row, test=form)


@require_POST
@needs(Right.APPROVE)
def broadcast_approve(request: Request, pk: int) -> HttpResponse:
    """The second person's yes."""
    row = _find(request, pk)
    try:
        broadcasts.approve(row, by=request.user, seen=request.POST.get("seen", ""))
    except broadcasts.CannotStart as problem:
        notices.error(request, str(problem))
    return redirect(row)


@get_or_post
@needs(Right.BROADCAST)
def broadcast_stop(request: Request, pk: int) -> HttpResponse:
    """Asks first, for there is no way back; whoever is in a hurry can pause."""
    if request.method == "POST":
        return _act(request, pk, broadcasts.stop)
    row = _find(request, pk)
    context = {"row": row, "words": _what_stops(row)}
    return render(request, "messaging/broadcasts/stop.html", context)


def _what_stops(row: Broadcast) -> str:
    if row.state == Broadcast.State.WAITING:
        return "Nothing of it has left, and nothing will. Taking it back would keep it."
    now = broadcasts.progress(row)
    return (
        f"What has not left yet, {now.waiting:,} of {now.total:,} texts, is taken back, and the "
        "broadcast cannot be resumed. Pausing it would keep them."
    )


@require_POST
@needs(Right.BROADCAST)
def broadcast_act(request: Request, pk: int, verb: str) -> HttpResponse:
    return _act(request, pk, _ACTS[verb])


def _act(request: Request, pk: int, act: Callable[[Broadcast], bool]) -> HttpResponse:
    """Who comes too late is told."""
    row = _find(request, pk)
    if not act(row):
        notices.error(request, "That is not possible any more: this is how it stands now.")
    return redirect(row)


_ACTS: dict[str, Callable[[Broadcast], bool]] = {
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "retry": broadcasts.retry_failed,
    "withdraw": broadcasts.withdraw,
}


@require_safe
@needs(Right.EXPORT)
def broadcast_results(request: Request, pk: int) -> StreamingHttpResponse:
    """Everybody of it as CSV, a line at a time; ?show= those of a kind."""
    row, shown = _find(request, pk), request.GET.get("show", "")
    audit.note(audit.Action.EXPORTED, by=request.user, about=f"Results of broadcast {row.pk}")
    kind = shown if shown in results.KINDS and shown else None
    lines = delimited.lines(results.table(row, kind, timezone.get_current_timezone()))
    return answering.file(lines, f"broadcast-{row.pk}.csv", "text/csv; charset=utf-8")


def _page(request: Request, row: Broadcast, **forms: Any) -> HttpResponse:
    wrong = any(form.errors for form in forms.values())
    status = 422 if wrong else 200
    context = _context(request, row, **forms)
    return render(request, "messaging/broadcasts/detail.html", context, status=status)


def _context(request: Request, row: Broadcast, **forms: Any) -> dict[str, Any]:
    shown = request.GET.get("show", "")
    shown = shown if shown in results.KINDS else ""
    moving = _moving(row)
    rows = results.counted(row, shown, moving["now"])
    found = page(rows, "pk", cursor=request.GET.get("cursor", ""))
    return moving | {
        "page": found,
        "cursor": request.GET.get("cursor", ""),
        "rows": [(one, wording.show_phone(one.phone), _clock(one)) for one in found.items],
        "shown": shown,
        "tabs": results.offered(moving["now"], shown),
        "start": forms.get("start") or StartForm(),
        "test": forms.get("test") or BroadcastTestForm(),
        "hand_in": broadcasts.hand_in(row, request.user),
        "asked_at": broadcasts.asked_at(row),
        "asks": row.state == Broadcast.State.READY and broadcasts.needs_approval(row, request.user),
    }


def _clock(one: BroadcastRecipient) -> str:
    """The time where they are: "18:10"; "" for no number, or one of a country with several."""
    clock = None if one.problem else quiet_hours.local_time(one.contact, one.phone)
    return f"{clock:%H:%M}" if clock else ""


def _moving(row: Broadcast) -> dict[str, Any]:
    """What changes while somebody looks; is_moving: look again soon."""
    now = broadcasts.progress(row)
    at_work = {Broadcast.State.PREPARING, Broadcast.State.QUEUEING}
    awake = now.waiting > now.asleep and not row.is_ahead
    moving = row.state in at_work or (row.state == Broadcast.State.QUEUED and awake)
    moving = moving or (row.state == Broadcast.State.READY and row.estimate is None)
    before = row.state in {Broadcast.State.READY, Broadcast.State.WAITING}
    return {
        "row": row,
        "now": now,
        "is_moving": moving,
        "states": Broadcast.State,
        "estimate": broadcasts.estimate(row) if before else None,
    }


def _find(request: Request, pk: int) -> Broadcast:
    rows = Broadcast.objects.visible_to(request.user).select_related("author", "approved_by")
    return get_object_or_404(rows, pk=pk)
