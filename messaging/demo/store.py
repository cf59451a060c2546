"""Storing the demo in a few statements, with all that follows from a message kept true."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from contacts import duplicates
from contacts.models import Comment, Contact, Record
from messaging import caps, figures
from messaging.demo import people, story
from messaging.demo.history import History, remarks
from messaging.demo.records import Cast, create
from messaging.demo.texts import Entry
from messaging.models import (
    Attempt,
    ConsentEvent,
    Conversation,
    DailyUse,
    Message,
    Number,
    Recipient,
    Track,
)

SEED = 20_260_301


class Place(NamedTuple):
    """A timeline on which a message stands."""

    record: Record
    is_original: bool


def is_empty() -> bool:
    """True if nobody has put anything into this database yet, nor the demo itself."""
    usernames = [row[0] for row in people.TEAM]
    return not (
        User.objects.filter(username__in=usernames).exists()
        or Contact.objects.exists()
        or Message.objects.exists()
        or Number.objects.exists()
    )


@transaction.atomic
def seed(now: datetime | None = None) -> bool:
    """Store the whole demo, ending at `now`; False, and nothing done, where there are records."""
    if not is_empty():
        return False
    now = (now or timezone.now()).replace(microsecond=0)
    rng = Random(SEED)  # noqa: S311 - a story, not a secret
    cast = create(now, rng)
    entries = History(cast, now, rng).tell()
    _messages(entries)
    _tracks(entries)
    _remarks(cast, now, rng)
    _recipients(cast, entries, now)
    _conversations(entries)
    _roll_up(cast, entries)
    _count_today(entries, now)
    figures.rebuild(now)
    duplicates.begin()
    duplicates.work()
    return True


def _messages(entries: list[Entry]) -> None:
    """First those that refer to no other message, then those that answer or repeat one."""
    messages = sorted((entry.message for entry in entries), key=lambda row: row.created_at)
    refers = [row for row in messages if row.reply_to or row.retry_of]
    Message.objects.bulk_create(row for row in messages if not (row.reply_to or row.retry_of))
    Message.objects.bulk_create(refers)
    Attempt.objects.bulk_create(attempt for entry in entries for attempt in entry.attempts)


def _places(entry: Entry) -> list[Place]:
    """Where it was typed, and its contact's timeline beside that; a stranger's has none."""
    contact = entry.message.contact
    if contact is None:
        return []
    if entry.on is None:
        return [Place(contact, is_original=True)]
    typed_there = entry.message.is_outbound
    return [Place(entry.on, typed_there), Place(contact, not typed_there)]


def _tracks(entries: list[Entry]) -> None:
    rows = [(entry.message, place) for entry in entries for place in _places(entry)]
    comments = Comment.objects.bulk_create(
        Comment(
            record=place.record,
            author=message.author,
            kind=Comment.Kind.TRACK,
            body=message.text,
            created_at=message.created_at,
        )
        for message, place in rows
    )
    Track.objects.bulk_create(
        Track(comment=comment, message=message, is_original=place.is_original)
        for comment, (message, place) in zip(comments, rows, strict=True)
    )


def _remarks(cast: Cast, now: datetime, rng: Random) -> None:
    Comment.objects.bulk_create(
        Comment(record=record, author=author, body=words, created_at=at)
        for record, author, words, at in remarks(cast, now, rng)
    )


def _recipients(cast: Cast, entries: list[Entry], now: datetime) -> None:
    """A row for every phone, and the ledger of who asked for no more texts, and who agreed."""
    Recipient.objects.bulk_create(
        Recipient(phone=phone) for phone in sorted({entry.message.phone for entry in entries})
    )
    asked = {
        entry.message.text: entry.message for entry in entries if not entry.message.is_outbound
    }
    for row in story.LEAVING:
        phone, at = cast.mobile[row.name], asked[row.asked].created_at
        Recipient.objects.filter(phone=phone).update(
            opted_out_at=at, needs_review=row.in_plain_words
        )
        kinds = ConsentEvent.Kind
        ConsentEvent.objects.create(
            recipient_id=phone,
            kind=kinds.ASKED_TO_STOP if row.in_plain_words else kinds.OPTED_OUT,
            source=ConsentEvent.Source.REPLY,
            words=row.asked,
            at=at,
        )
    for name, days, words in story.AGREED:
        ConsentEvent.objects.create(
            recipient_id=cast.mobile[name],
            kind=ConsentEvent.Kind.OPTED_IN,
            source=ConsentEvent.Source.PERSON,
            how="on paper",
            words=words,
            at=now - timedelta(days=days),
        )


def _conversations(entries: list[Entry]) -> None:
    last: dict[Contact | str, Message] = {}
    unread: Counter[Contact | str] = Counter()
    for entry in sorted(entries, key=lambda one: one.message.created_at):
        message = entry.message
        key = message.contact or message.phone
        last[key] = message
        unread[key] += not message.is_outbound and message.read_at is None
    Conversation.objects.bulk_create(
        Conversation(
            contact=message.contact,
            phone=message.phone,
            number=message.number,
            last_message=message,
            last_at=message.created_at,
            unread=unread[key],
        )
        for key, message in last.items()
    )


def _roll_up(cast: Cast, entries: list[Entry]) -> None:
    """As messaging.rollups would have: accepted texts count as sent."""
    for message in (entry.message for entry in entries):
        contact = message.contact
        if contact is None:
            continue
        if not message.is_outbound:
            contact.texts_received += 1
            contact.last_reply_at = max(contact.last_reply_at, message.created_at)
        elif message.sent_at:
            contact.texts_sent += 1
            contact.last_texted_at = max(contact.last_texted_at, message.sent_at)
    fields = ["texts_sent", "texts_received", "last_texted_at", "last_reply_at"]
    Contact.objects.bulk_update(cast.contacts.values(), fields)


def _count_today(entries: list[Entry], now: datetime) -> None:
    used: Counter[tuple[Number, date]] = Counter()
    for entry in entries:
        for attempt in entry.attempts:
            number = entry.message.number
            if caps.today(number, attempt.started_at) == caps.today(number, now):
                used[number, caps.today(number, now)] += 1
    DailyUse.objects.bulk_create(
        DailyUse(number=number, day=day, used=count) for (number, day), count in used.items()
    )
