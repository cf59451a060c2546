"""
Who may be texted: STOP, START and HELP, and the ledger of what was said. Keyed by number.

The words: Twilio's defaults and 47 CFR 64.1200(a)(10), read 2026-11; docs/gateways.md has the
sources. A keyword must be the whole message; plain language blocks at once and asks a person.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone

from messaging import outbox
from messaging.models import ConsentEvent, Message, Origin, Recipient, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STOP_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"}
START_WORDS = {"start", "yes", "unstop"}
HELP_WORDS = {"help", "info"}
_PLAIN_STOP = re.compile(
    r"\b(?:(?:stop|quit|no more|don.?t|do not|never)\s+(?:\w+\s+){0,2}?"
    r"(?:text|texts|texting|message|messages|messaging|sms|contact|contacting|send|sending)\w*"
    r"|unsubscribe|opt(?:ing)?[ -]?out|take me off|remove me|stop please|please stop"
    r"|leave me alone|wrong number)\b",
    re.IGNORECASE,
)

#: Gateways whose carrier answers STOP itself and then blocks whatever we send.
ANSWERS_ITSELF = {"smrtphone"}

CONFIRMATION = "You will get no more texts from us. Reply START to get them again."
WELCOME_BACK = "You will get our texts again. Reply STOP to end them."
HELP = "This number is used by a small team to text its contacts. Reply STOP to get no more texts."


class Ask(StrEnum):
    """What an inbound text asks of us."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    MAYBE_STOP = "maybe_stop"
    NOTHING = "nothing"


def read(text: str) -> Ask:
    """What these words ask."""
    word = re.sub(r"[\s\W_]+", "", text).casefold()
    if word in STOP_WORDS:
        return Ask.STOP
    if word in START_WORDS:
        return Ask.START
    if word in HELP_WORDS:
        return Ask.HELP
    return Ask.MAYBE_STOP if _PLAIN_STOP.search(text) else Ask.NOTHING


def heed(message: Message) -> None:
    """Do what an inbound text asks, in the transaction that stores it."""
    ask = read(message.text)
    blocked = is_opted_out(message.phone)
    if ask is Ask.STOP and opt_out(message.phone, source="reply", words=message.text):
        _answer(message, CONFIRMATION)
    elif ask is Ask.START and blocked:  # YES is an everyday answer, unless they had left
        opt_in(message.phone, source="reply", words=message.text)
        _answer(message, WELCOME_BACK)
    elif ask is Ask.HELP and not blocked:
        _answer(message, HELP)
    elif ask is Ask.MAYBE_STOP:
        opt_out(message.phone, source="reply", words=message.text, needs_review=True)


def opt_out(
    phone: str,
    *,
    source: str,
    words: str = "",
    user: User | None = None,
    needs_review: bool = False,
) -> bool:
    """Block a number now, with all that is queued for it. False if it was blocked already."""
    Recipient.objects.get_or_create(phone=phone)
    now = timezone.now()
    changed = Recipient.objects.filter(phone=phone, opted_out_at=None).update(
        opted_out_at=now, needs_review=needs_review
    )
    if changed:
        kind = ConsentEvent.Kind.ASKED_TO_STOP if needs_review else ConsentEvent.Kind.OPTED_OUT
        _note(phone, kind, source, words, user)
        _drop_queued(phone)
    return bool(changed)


def opt_in(phone: str, *, source: str, words: str = "", user: User | None = None) -> None:
    """Let a number be texted again, because its owner said so."""
    Recipient.objects.get_or_create(phone=phone)
    Recipient.objects.filter(phone=phone).update(opted_out_at=None, needs_review=False)
    _note(phone, ConsentEvent.Kind.OPTED_IN, source, words, user)


def note_gateway_opt_in(phone: str, *, words: str = "") -> None:
    """A gateway unblocked a number. That is no consent: it is kept for a person to decide."""
    recipient, _ = Recipient.objects.get_or_create(phone=phone)
    _note(phone, ConsentEvent.Kind.OPTED_IN, ConsentEvent.Source.GATEWAY, words, None)
    if recipient.opted_out_at:
        Recipient.objects.filter(phone=phone).update(needs_review=True)


def is_opted_out(phone: str) -> bool:
    return Recipient.objects.opted_out().filter(phone=phone).exists()


def _note(phone: str, kind: str, source: str, words: str, user: User | None) -> None:
    ConsentEvent.objects.create(
        recipient_id=phone, kind=kind, source=source, words=words, user=user
    )


def _drop_queued(phone: str) -> None:
    now = timezone.now()
    Message.objects.filter(phone=phone, status=Status.QUEUED, is_confirmation=False).update(
        status=Status.FAILED, reason="opted_out", settled_at=now, updated_at=now
    )


def _answer(message: Message, text: str) -> None:
    """The one answer that is allowed, from the number they wrote to."""
    if message.gateway in ANSWERS_ITSELF or not message.number.active:
        return
    if not message.number.can_receive:
        return
    outbox.enqueue(
        text=text,
        phone=message.phone,
        number=message.number,
        origin=Origin.AUTOMATIC,
        contact=message.contact,
        is_confirmation=True,
    )
