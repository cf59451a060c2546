"""Very many texts, stored as fast as the database takes them: a benchmark's past."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from contacts.models import Contact
from messaging.bulk import many, time_value, uuid_value
from messaging.models import Message, Number

BATCH = 20_000
FATES = [
    *[("delivered", "")] * 88,
    *[("sent", "")] * 4,
    *[("undelivered", "absent")] * 4,
    *[("failed", "invalid_number")] * 3,
    ("unconfirmed", "timeout"),
]
FIELDS = [field for field in Message._meta.concrete_fields if not field.primary_key]
COLUMNS = ", ".join(field.column for field in FIELDS)


def fill(count: int, days: int) -> None:
    """That many texts, evenly over so many days, of twelve people, five numbers, 500 contacts."""
    rng, now = random.Random(7), timezone.now()
    people = [User.objects.create_user("bench", password="bench-pass-phrase", is_superuser=True)]
    people += [User.objects.create(username=f"colleague{n}", first_name=f"C{n}") for n in range(11)]
    numbers = [
        Number.objects.create(address=f"+1212555010{n}", label=f"Line {n}", gateway="seven")
        for n in range(5)
    ]
    contacts = [Contact.objects.create(first_name=f"Person {n}") for n in range(500)]
    _hurry()
    rows = _rows(rng, count, now - timedelta(days=days), now, (people, numbers, contacts))
    for _ in range(0, count, BATCH):
        with transaction.atomic():
            _store(list(islice(rows, BATCH)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()  # what is measured has the product's own settings


def _hurry() -> None:
    """Nothing here outlives the benchmark: let SQLite keep its indexes in memory while it fills."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -400000")


def _rows(
    rng: random.Random, count: int, start: datetime, end: datetime, cast: Any
) -> Iterator[tuple[Any, ...]]:
    asked = None  # the last text of ours: ids are given in order, from 1
    for n in range(count):
        at = start + (end - start) * (n / count)
        message = _message(rng, at, *(rng.choice(some).pk for some in cast))
        if message.direction == "outbound":
            asked = n + 1
        elif rng.random() < 0.7:
            message.reply_to_id = asked
        yield tuple(_value(message, field) for field in FIELDS)


def _message(rng: random.Random, at: datetime, author: int, number: int, contact: int) -> Message:
    inbound = rng.random() < 0.3
    status, reason = ("received", "") if inbound else rng.choice(FATES)
    left = None if inbound or status == "failed" else at
    ended = left and status != "sent"
    return Message(
        direction="inbound" if inbound else "outbound",
        status=status,
        reason=reason,
        origin="gateway" if inbound else "form",
        number_id=number,
        gateway="seven",
        contact_id=contact,
        phone=f"+1212555{contact % 10_000:04}",
        author_id=None if inbound else author,
        text="See you at six, and bring the drawings",
        encoding="GSM-7",
        segments=1,
        created_at=at,
        updated_at=at,
        send_after=at,
        sent_at=left,
        settled_at=at + timedelta(seconds=rng.expovariate(0.1)) if ended else None,
        read_at=at if inbound else None,
    )


def _value(message: Message, field: Any) -> Any:
    value = getattr(message, field.attname)
    if isinstance(value, datetime):
        return time_value(value)
    return uuid_value(value) if isinstance(value, uuid.UUID) else value


def _store(rows: list[tuple[Any, ...]]) -> None:
    """COPY where there is one."""
    if connection.vendor != "postgresql":
        marks = ", ".join(["%s"] * len(FIELDS))
        many(f"INSERT INTO messaging_message ({COLUMNS}) VALUES ({marks})", rows)
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY messaging_message ({COLUMNS}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
