"""What is done with a conversation: given to somebody, put aside, finished, opened again."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from contacts.access import needs
from contacts.roles import Right
from messaging import conversations, wording
from messaging.forms import AssignForm, SnoozeForm
from messaging.models import Conversation
from messaging.views.inbox import Asked
from messaging.views.request import Request

MEANWHILE = "Something came in that nobody has read. Read it first."


@require_POST
@needs(Right.EDIT)
def conversation_assign(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        notices.error(request, "That person is not in the team any more.")
        return _stay(request, row)
    user = form.cleaned_data["user"]
    if not conversations.assign(row, user, request.POST.get("assigned")):
        return _taken(request, row)
    whom = "you" if user == request.user else wording.person(user) if user else "nobody"
    notices.success(request, f"Assigned to {whom}.")
    return _stay(request, row)


def _taken(request: Request, row: Conversation) -> HttpResponse:
    row.refresh_from_db()
    whose = wording.person(row.assignee) if row.assignee else "nobody"
    notices.warning(request, f"Meanwhile it was assigned to {whose}. Do it again to change that.")
    return _stay(request, row)


@require_POST
@needs(Right.EDIT)
def conversation_done(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    if not conversations.finish(row):
        return _unread(request, row)
    notices.success(request, "Done. It opens again when they text.")
    return _leave(request, row)


@require_POST
@needs(Right.EDIT)
def conversation_snooze(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        context = {"row": row, "form": form, "filters": request.POST.get("filters", "")}
        return render(request, "messaging/snooze.html", context, status=422)
    until = form.cleaned_data["until"]
    if not conversations.snooze(row, until):
        return _unread(request, row)
    notices.success(request, f"Snoozed until {wording.soon(until)}, or until they text.")
    return _leave(request, row)


@require_POST
@needs(Right.EDIT)
def conversation_reopen(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    conversations.reopen(row)
    notices.success(request, "Open again.")
    return _stay(request, row)


@require_POST
@needs(Right.EDIT)
def conversation_unread(request: Request, pk: int) -> HttpResponse:
    """Leads to the list: on its own page it would count as read at once."""
    conversations.mark_unread(_get(request, pk))
    notices.success(request, "Marked as unread.")
    return redirect(_asked(request).address())


def _get(request: Request, pk: int) -> Conversation:
    rows = Conversation.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("contact"), pk=pk)


def _asked(request: Request) -> Asked:
    """The list the form stood beside."""
    return Asked.read(QueryDict(request.POST.get("filters", "")[:500]))


def _is_inbox(request: Request) -> bool:
    return "filters" in request.POST


def _stay(request: Request, row: Conversation) -> HttpResponse:
    if row.contact and not _is_inbox(request):
        return redirect(f"{row.contact.get_absolute_url()}?tab=conversation")
    return redirect(_asked(request).address(open=row.pk))


def _leave(request: Request, row: Conversation) -> HttpResponse:
    """Back to the list it has just left; on the contact's page there is nowhere to go."""
    return redirect(_asked(request).address()) if _is_inbox(request) else _stay(request, row)


def _unread(request: Request, row: Conversation) -> HttpResponse:
    notices.warning(request, MEANWHILE)
    return _stay(request, row)
