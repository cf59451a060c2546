"""Very many texts, stored as fast as the database takes them: a benchmark's past."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from contacts.models import Contact
from messaging.models import Message, Number
from tests.bench.store import Table, analyze, hurry

FATES = [
    *[("delivered", "")] * 88,
    *[("sent", "")] * 4,
    *[("undelivered", "absent")] * 4,
    *[("failed", "invalid_number")] * 3,
    ("unconfirmed", "timeout"),
]


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
    hurry()
    rows = _rows(rng, count, now - timedelta(days=days), now, (people, numbers, contacts))
    with transaction.atomic():
        Table(Message).store(rows)
    analyze()


def _rows(
    rng: random.Random, count: int, start: datetime, end: datetime, cast: Any
) -> Iterator[dict[str, Any]]:
    asked = None  # the last text of ours: ids are given in order, from 1
    for n in range(count):
        at = start + (end - start) * (n / count)
        message = _message(rng, at, *(rng.choice(some).pk for some in cast))
        if message["direction"] == "outbound":
            asked = n + 1
        elif rng.random() < 0.7:
            message["reply_to_id"] = asked
        yield message


def _message(
    rng: random.Random, at: datetime, author: int, number: int, contact: int
) -> dict[str, Any]:
    inbound = rng.random() < 0.3
    status, reason = ("received", "") if inbound else rng.choice(FATES)
    left = None if inbound or status == "failed" else at
    ended = left and status != "sent"
    return {
        "reference": uuid.UUID(int=rng.getrandbits(128)),
        "direction": "inbound" if inbound else "outbound",
        "status": status,
        "reason": reason,
        "origin": "gateway" if inbound else "form",
        "number_id": number,
        "gateway": "seven",
        "contact_id": contact,
        "phone": f"+1212555{contact % 10_000:04}",
        "author_id": None if inbound else author,
        "text": "See you at six, and bring the drawings",
        "encoding": "GSM-7",
        "segments": 1,
        "created_at": at,
        "updated_at": at,
        "send_after": at,
        "sent_at": left,
        "settled_at": at + timedelta(seconds=rng.expovariate(0.1)) if ended else None,
        "read_at": at if inbound else None,
    }
