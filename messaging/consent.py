"""
Who may be texted: what STOP, START and HELP do, and the ledger of what was said. Keyed by number.

Every change locks the number's row, where it meets the claims (outbox.claim). Whoever may have
said STOP is blocked first; a person looks afterwards (`needs_review`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from contacts import audit, phones
from contacts.importing.writing import among
from messaging import answers, keywords, standing
from messaging.keywords import Ask
from messaging.models import ConsentEvent, Message, Recipient, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind, Source = ConsentEvent.Kind, ConsentEvent.Source


class ConsentRefused(ValueError):
    """Why consent was not changed: one plain sentence for the person who asked for it."""


def heed(message: Message, said_at: datetime) -> None:
    """Do what an inbound text asks, in the transaction that stores it. said_at: when it left."""
    ask, phone = keywords.read(message.text), message.phone
    if ask is Ask.STOP:
        if opt_out(phone, source=Source.REPLY, words=message.text, at=said_at):
            answers.give(message, answers.CONFIRMATION, is_confirmation=True)
    elif ask is Ask.MAYBE_STOP:
        opt_out(phone, source=Source.REPLY, words=message.text, at=said_at, needs_review=True)
    elif ask is Ask.START:
        if _come_back(phone, message.text, said_at):
            answers.give(message, answers.WELCOME_BACK)
    elif ask is Ask.HELP and not is_opted_out(phone):
        answers.give(message, answers.HELP)


@transaction.atomic
def opt_out(
    phone: str,
    *,
    source: str,
    words: str = "",
    user: User | None = None,
    how: str = "",
    at: datetime | None = None,
    needs_review: bool = False,
) -> bool:
    """
    Block a number now, with all that is queued for it. Saying the same again changes nothing.

    at: when it was said. needs_review: it only sounded like STOP. True if the number was not
    blocked before, or only for review.
    """
    row, at = _locked(phone), at or timezone.now()
    kind = Kind.ASKED_TO_STOP if needs_review else Kind.OPTED_OUT
    if not _note(phone, kind, source, words, at, user, how):
        return False
    known = row.opted_out_at and (needs_review or not row.needs_review)
    came_back = row.events.filter(kind=Kind.OPTED_IN, source=Source.REPLY, at__gt=at).exists()
    if known or came_back:
        return False
    row.opted_out_at, row.needs_review = row.opted_out_at or at, needs_review
    row.save()
    _drop_queued(phone)
    return True


@transaction.atomic
def opt_in(
    phone: str, *, user: User, how: str, words: str, said_at: datetime | None = None
) -> None:
    """
    Write down that the number's owner agreed to be texted, and let it be texted.

    how: by phone, on paper, …; words: exactly what they said or signed. Raises ConsentRefused.
    """
    now = timezone.now()
    said_at, words, how = said_at or now, words.strip(), how.strip()
    if not words:
        raise ConsentRefused("Write down what they said, word for word: without that it is none.")
    if not how:
        raise ConsentRefused("Say how they agreed: by phone, in person, on paper …")
    if said_at > now:
        raise ConsentRefused("They cannot have agreed at a time that is still to come.")
    row = _locked(phone)
    last = row.events.filter(kind__in=[Kind.OPTED_OUT, Kind.ASKED_TO_STOP]).first()
    if last and last.at >= said_at:
        when = timezone.localtime(last.at).strftime("%-d %B %Y at %H:%M")
        raise ConsentRefused(f"{phones.show(phone)} asked after that, on {when}, not to be texted.")
    _note(phone, Kind.OPTED_IN, Source.PERSON, words, said_at, user, how[:40])
    _unblock(row)
    audit.note(audit.Action.OPTED_IN, by=user, about=f"{audit.tail(phone)}: they agreed, {how}")


@transaction.atomic
def confirm(phone: str, user: User) -> bool:
    """A person finds that it did mean STOP. False if nothing waited for that."""
    row = _locked(phone)
    if not (row.opted_out_at and row.needs_review):
        return False
    _note(phone, Kind.OPTED_OUT, Source.PERSON, "", timezone.now(), user, "review")
    row.needs_review = False
    row.save()
    return True


@transaction.atomic
def lift(phone: str, user: User) -> bool:
    """A person finds that it did not mean STOP. False if nothing waited for that."""
    row = _locked(phone)
    if not (row.opted_out_at and row.needs_review):
        return False
    _note(phone, Kind.LIFTED, Source.PERSON, "", timezone.now(), user, "review")
    _unblock(row)
    audit.note(audit.Action.OPTED_IN, by=user, about=f"{audit.tail(phone)}: it did not mean STOP")
    return True


@transaction.atomic
def note_gateway_opt_in(phone: str, *, words: str = "", at: datetime | None = None) -> None:
    """A gateway unblocked a number. That is no consent: it is kept for a person to decide."""
    row = _locked(phone)
    new = _note(phone, Kind.OPTED_IN, Source.GATEWAY, words, at or timezone.now())
    if new and row.opted_out_at:
        row.needs_review = True
        row.save()


def agreed(numbers: Iterable[str]) -> set[str]:
    """Whose owners agreed to be texted, as the ledger says. A gateway's word is none."""
    said = standing.agreements().filter(recipient__in=among(numbers)).reverse()
    last = dict(said.values_list("recipient", "kind"))
    return {phone for phone, kind in last.items() if kind == Kind.OPTED_IN}


@transaction.atomic
def note_import(said: Mapping[str, str], *, kind: str, user: User | None) -> set[str]:
    """
    What a list says of these numbers, in its words: that their owners agreed, or, once it is
    undone, that nobody knows. Opens nothing that was blocked. Returns those of which it is news.
    """
    known = agreed(said)
    news = {phone for phone in said if (phone in known) == (kind == Kind.RETRACTED)}
    Recipient.objects.bulk_create(map(Recipient, sorted(news)), ignore_conflicts=True)
    row = {"kind": kind, "source": Source.IMPORT, "user": user}
    ConsentEvent.objects.bulk_create(
        ConsentEvent(recipient_id=phone, words=said[phone], **row) for phone in sorted(news)
    )
    return news


def is_opted_out(phone: str) -> bool:
    return Recipient.objects.opted_out().filter(phone=phone).exists()


def _come_back(phone: str, words: str, said_at: datetime) -> bool:
    """
    START. Nothing for a number that had not left: YES is an everyday answer. One that was said
    before the last STOP, and came late, is only noted.
    """
    row = _locked(phone)
    if not row.opted_out_at or not _note(phone, Kind.OPTED_IN, Source.REPLY, words, said_at):
        return False
    if row.events.filter(kind__in=[Kind.OPTED_OUT, Kind.ASKED_TO_STOP], at__gte=said_at).exists():
        return False
    _unblock(row)
    return True


def _unblock(row: Recipient) -> None:
    row.opted_out_at, row.needs_review = None, False
    row.save()


def _locked(phone: str) -> Recipient:
    Recipient.objects.get_or_create(phone=phone[:16])
    return Recipient.objects.select_for_update().get(phone=phone[:16])


def _note(
    phone: str,
    kind: str,
    source: str,
    words: str,
    at: datetime,
    user: User | None = None,
    how: str = "",
) -> bool:
    """A row of the ledger; False if this very row is there, because an event came again."""
    row = {"recipient_id": phone[:16], "kind": kind, "source": source, "words": words, "at": at}
    if ConsentEvent.objects.filter(**row).exists():
        return False
    ConsentEvent.objects.create(**row, user=user, how=how)
    return True


def _drop_queued(phone: str) -> None:
    now = timezone.now()
    Message.objects.filter(phone=phone, status=Status.QUEUED, is_confirmation=False).update(
        status=Status.FAILED, reason="opted_out", settled_at=now, updated_at=now
    )
