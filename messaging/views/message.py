"""One text: what it says, what became of it, and what can be done about it."""

from __future__ import annotations

from django.contrib import messages as notices
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from contacts.access import needs
from contacts.ids import read_pk
from contacts.models import Contact, Record
from contacts.models.member import eyes_of
from contacts.roles import Right
from messaging import outbox, people, texting, trackcards
from messaging.gateways.reasons import SENTENCES
from messaging.models import Message, Origin, Trigger
from messaging.views.back import back
from messaging.views.live import answer, put_back
from messaging.views.request import Request
from messaging.wire import TITLES

BESIDE = ("contact", "number", "author", "retry_of", "reply_to")
TOO_LATE = "Too late: it was already on its way."


@require_safe
@needs(Right.VIEW)
def message_detail(request: Request, pk: int) -> HttpResponse:
    message = get_object_or_404(
        Message.objects.visible_to(request.user).select_related(*BESIDE), pk=pk
    )
    attempts = list(message.attempts.all())
    for attempt in attempts:
        attempt.sentence = SENTENCES.get(attempt.reason, "")  # type: ignore[attr-defined]
    context = {
        "message": message,
        "card": trackcards.card(message, also=_sharers(message, request.user)),
        "gateway": TITLES.get(message.gateway, message.gateway),
        "attempts": attempts,
        "retries": list(message.retries.visible_to(request.user).order_by("pk")[:20]),
        "replies": list(message.replies.visible_to(request.user).order_by("pk")[:20]),
        "records": _stands_on(message, request.user),
    }
    return render(request, "messaging/message_detail.html", context)


@require_POST
@needs(Right.TEXT)
def message_cancel(request: Request, pk: int) -> HttpResponse:
    """Undo: it is taken back if it has not left, and its words return to the composer."""
    message = get_object_or_404(
        Message.objects.visible_to(request.user).select_related("contact"), pk=pk
    )
    done = message.is_outbound and outbox.cancel(message)
    if request.htmx:
        response = answer(request, request.POST)
        return put_back(response, *_words(message)) if done else response
    if done:
        notices.success(request, f"Taken back. Nobody was {message.way.done}.")
    else:
        notices.warning(request, TOO_LATE)
    return back(request, message)


@require_POST
@needs(Right.TEXT)
def message_again(request: Request, pk: int) -> HttpResponse:
    message = get_object_or_404(
        Message.objects.visible_to(request.user), pk=pk, direction="outbound"
    )
    try:
        texting.send_again(message, author=request.user)
    except outbox.CannotSend as error:
        if request.htmx:
            return render(request, "messaging/_toast.html", {"words": str(error)})
        notices.error(request, str(error))
        return back(request, message)
    if request.htmx:
        return answer(request, request.POST)
    notices.success(request, "Queued to be sent again.")
    return back(request, message)


@require_POST
@needs(Right.EDIT)
def message_called(request: Request, pk: int) -> HttpResponse:
    """Somebody called instead: a comment says so, and the offers go."""
    message = get_object_or_404(
        Message.objects.visible_to(request.user).select_related("contact"), pk=pk
    )
    done = texting.mark_called(message, author=request.user)
    if request.htmx:
        return answer(request, request.POST)
    if done:
        notices.success(request, "Noted: called instead.")
    return back(request, message)


@require_POST
@needs(Right.EDIT)
def message_move(request: Request, pk: int) -> HttpResponse:
    """It was somebody else with the same phone, and will be from now on."""
    message = get_object_or_404(
        Message.objects.visible_to(request.user).select_related("number", "contact"), pk=pk
    )
    asked = read_pk(request.POST.get("contact", ""))
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=asked)
    if moved := people.move(message, contact):
        texts = "One text is" if moved == 1 else f"{moved} texts are"
        notices.success(request, f"{texts} {contact}’s now, and so is what comes next.")
    else:
        notices.warning(request, f"It is {contact}’s already.")
    return back(request, message)


@require_POST
@needs(Right.TEXT)
def message_settle(request: Request, pk: int, arrived: bool) -> HttpResponse:
    """A person decides about a text whose fate is unknown; it is written down who."""
    message = get_object_or_404(
        Message.objects.visible_to(request.user), pk=pk, direction="outbound"
    )
    decide = outbox.mark_arrived if arrived else outbox.send_anyway
    if decide(message, request.user):
        notices.success(request, "Marked as sent." if arrived else "Queued to be sent again.")
    else:
        notices.warning(request, "It was settled meanwhile.")
    return back(request, message)


def _find(request: Request, pk: int, *beside: str, **more: object) -> Message:
    rows = Message.objects.visible_to(request.user).select_related(*beside)
    return get_object_or_404(rows, pk=pk, **more)


def _stands_on(message: Message, user: User) -> list[Record]:
    """The records on whose timelines this user sees it."""
    found = [track.comment.record for track in message.tracks.prefetch_related("comment__record")]
    sees = eyes_of(user)
    return [record for record in found if isinstance(record, Record) and sees(record)]


def _sharers(message: Message, user: User) -> list[Contact]:
    if message.is_outbound or message.contact is None:
        return []
    return people.others([message.phone], message.contact, user).get(message.phone, [])


def _words(message: Message) -> tuple[str, str]:
    """The composer a text came from, and what to put back into it."""
    if message.origin == Origin.COMMENT:
        track = message.tracks.filter(is_original=True).select_related("comment").first()
        if track:
            kind = track.comment.content_type.model
            return f"{kind}-{track.comment.object_id}", f"{_prefix(message)} {message.text}"
    return f"text-{message.contact_id}", message.text


def _prefix(message: Message) -> str:
    """The prefix it was probably typed with: its number's own, else one without a number."""
    rows = list(Trigger.objects.filter(channel=message.channel, active=True))
    own = [row for row in rows if row.number_id == message.number_id]
    usual = [row for row in rows if row.number_id is None]
    found = (own or usual or rows)[:1]
    return found[0].prefix if found else ""
