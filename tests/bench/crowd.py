"""
A large installation's past, stored as fast as the database takes it:

    python -m tests.bench.crowd --contacts 1000000 --messages 1000000 --thread 100000

Contact 1 has `thread` texts, contact 2 has ten, contact 3 a timeline of fifty entries, and the
others share what is left. Runs on an empty, migrated database: ids are given in order, from 1.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import uuid
from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from contacts import duplicates
from contacts.models import Comment, Company, Contact, Duplicate, DuplicateSearch, Phone, Tag
from messaging import figures
from messaging.models import Conversation, Message, Number, Track
from tests.bench.store import Table, analyze, hurry
from tests.bench.words import FIRST, LAST, SAID, TRADES

DAYS, PER_COMPANY, TEN = 365, 50, 10
TAGS = ("customer", "lead", "supplier", "press", "roof", "survey", "vip", "winter")


class Crowd:
    """Who gets which of the texts, decided before anything is stored, so that roll-ups fit."""

    def __init__(self, contacts: int, messages: int, thread: int) -> None:
        self.rng = random.Random(7)
        self.contacts, self.messages, self.thread = contacts, messages, thread
        self.end = timezone.now()
        self.start = self.end - timedelta(days=DAYS)
        every = max(messages // max(thread, 1), 1)
        self.whose = array("q", (self._whose(n, every) for n in range(messages)))
        self.inbound = bytearray(self.rng.random() < 0.3 for _ in range(messages))
        self.last = {who: n for n, who in enumerate(self.whose)}
        self.last_in: dict[int, int] = {}
        self.counts: dict[int, list[int]] = {}
        for n, who in enumerate(self.whose):
            self.counts.setdefault(who, [0, 0])[self.inbound[n]] += 1
            if self.inbound[n]:
                self.last_in[who] = n

    def _whose(self, n: int, every: int) -> int:
        if n % every == 0 and n // every < self.thread:
            return 1
        if n % 997 == 3 and n // 997 < TEN:
            return 2
        return self.rng.randint(4, self.contacts) if self.contacts > 3 else 1

    def at(self, n: int) -> datetime:
        return self.start + (self.end - self.start) * (n / self.messages)

    def name(self, pk: int) -> tuple[str, str]:
        return FIRST[pk * 7919 % len(FIRST)], LAST[pk * 104_729 % len(LAST)]


def fill(contacts: int, messages: int, thread: int, say: Any = print) -> None:
    crowd = Crowd(contacts, messages, thread)
    User.objects.create_user("bench", password="bench-pass-phrase", is_superuser=True)
    Number.objects.create(
        address="+12125550100", label="Bench", gateway="seven", daily_limit=None, is_default=True
    )
    hurry()
    for name, table, rows in _tables(crowd):
        start = time.perf_counter()
        with transaction.atomic():
            count = table.store(rows)
        say(f"{count:,} {name} in {time.perf_counter() - start:.0f} s")
    start = time.perf_counter()
    figures.rebuild()
    say(f"every day counted in {time.perf_counter() - start:.0f} s")
    analyze()
    start = time.perf_counter()
    pairs = _look_for_duplicates()
    say(f"{pairs:,} pairs of duplicates in {time.perf_counter() - start:.0f} s")


def _look_for_duplicates() -> int:
    """What a worker does in an installation's first minutes: an idle one has it behind it."""
    duplicates.begin()
    while DuplicateSearch.objects.exclude(stage="").exists():
        duplicates.work()
    return Duplicate.objects.count()


def _tables(crowd: Crowd) -> list[tuple[str, Table, Iterable[dict[str, Any]]]]:
    return [
        ("companies", Table(Company), _companies(crowd)),
        ("tags", Table(Tag), ({"name": name} for name in TAGS)),
        ("contacts", Table(Contact), _contacts(crowd)),
        ("phones", Table(Phone), _phones(crowd)),
        ("tags on contacts", Table(Contact.tags.through), _tagged(crowd)),
        ("messages", Table(Message), _messages(crowd)),
        ("conversations", Table(Conversation), _conversations(crowd)),
        ("timeline entries", Table(Comment), _entries(crowd)),
        ("tracks", Table(Track), _tracks(crowd)),
    ]


def _companies(crowd: Crowd) -> Iterator[dict[str, Any]]:
    for n in range(1, crowd.contacts // PER_COMPANY + 2):
        name = f"{LAST[n * 31 % len(LAST)]} {TRADES[n % len(TRADES)]} {n}"
        yield {"name": name, "sort_name": name.casefold()}


def _contacts(crowd: Crowd) -> Iterator[dict[str, Any]]:
    for pk in range(1, crowd.contacts + 1):
        first, last = crowd.name(pk)
        sent, received = crowd.counts.get(pk, (0, 0))
        row = {
            "first_name": first,
            "last_name": last,
            "name": f"{first} {last}",
            "sort_name": f"{first} {last}".casefold(),
            "email": f"{first}.{last}{pk}@example.com".casefold(),
            "company_id": pk // PER_COMPANY + 1 if pk % 3 else None,
            "created_at": crowd.start + timedelta(seconds=pk),
            "texts_sent": sent,
            "texts_received": received,
        }
        if sent:
            row["last_texted_at"] = crowd.at(crowd.last[pk])
        if received:
            row["last_reply_at"] = crowd.at(crowd.last_in[pk])
        yield row


def phone_of(pk: int) -> str:
    """Ten digits that look like anything, the same for the same contact."""
    return f"+1{2_000_000_000 + pk * 7_368_787 % 7_999_999_993}"


def _phones(crowd: Crowd) -> Iterator[dict[str, Any]]:
    for pk in range(1, crowd.contacts + 1):
        e164 = phone_of(pk)
        display = f"+1 {e164[2:5]} {e164[5:8]} {e164[8:]}"
        yield {"contact_id": pk, "e164": e164, "display": display, "is_primary": True}


def _tagged(crowd: Crowd) -> Iterator[dict[str, Any]]:
    for pk in range(1, crowd.contacts + 1, 2):
        yield {"contact_id": pk, "tag_id": pk // 2 % len(TAGS) + 1}


def _messages(crowd: Crowd) -> Iterator[dict[str, Any]]:
    ids = random.Random(11)
    for n, who in enumerate(crowd.whose):
        at, inbound = crowd.at(n), crowd.inbound[n]
        yield {
            "reference": uuid.UUID(int=ids.getrandbits(128)),
            "direction": "inbound" if inbound else "outbound",
            "status": "received" if inbound else "delivered",
            "origin": "gateway" if inbound else "form",
            "number_id": 1,
            "gateway": "seven",
            "contact_id": who,
            "phone": phone_of(who),
            "author_id": None if inbound else 1,
            "text": SAID[n % len(SAID)],
            "encoding": "GSM-7",
            "segments": 1,
            **dict.fromkeys(("created_at", "updated_at", "send_after"), at),
            "sent_at": None if inbound else at,
            "settled_at": None if inbound else at,
            "read_at": at if inbound else None,
        }


def _conversations(crowd: Crowd) -> Iterator[dict[str, Any]]:
    for who, n in crowd.last.items():
        yield {
            "contact_id": who,
            "phone": phone_of(who),
            "number_id": 1,
            "last_message_id": n + 1,
            "last_at": crowd.at(n),
        }


def _shown(crowd: Crowd) -> Iterator[tuple[int, int, datetime]]:
    """The texts that stand on timelines: those of the first two contacts, and 25 of the third's."""
    yield from ((n, who, crowd.at(n)) for n, who in enumerate(crowd.whose) if who < 3)
    yield from ((n, 3, crowd.at(n)) for n in range(min(25, crowd.messages)))


def _entries(crowd: Crowd) -> Iterator[dict[str, Any]]:
    kind = ContentType.objects.get_for_model(Contact).pk
    for n, who, at in _shown(crowd):
        more = {"kind": "track", "body": SAID[n % len(SAID)], "author_id": 1, "created_at": at}
        yield {"content_type_id": kind, "object_id": who, **more}
    for n in range(25):
        more = {"kind": "comment", "body": "Asked for the drawings.\nWill call on Monday."}
        at = datetime(2026, 1, 1, 9, n, tzinfo=UTC)
        yield {"content_type_id": kind, "object_id": 3, "author_id": 1, "created_at": at, **more}


def _tracks(crowd: Crowd) -> Iterator[dict[str, Any]]:
    for pk, (n, _, _) in enumerate(_shown(crowd), 1):
        yield {"comment_id": pk, "message_id": n + 1}


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--contacts", type=int, default=1_000_000)
    asked.add_argument("--messages", type=int, default=1_000_000)
    asked.add_argument("--thread", type=int, default=100_000, help="texts of contact 1")
    given = asked.parse_args(words)
    print(f"{connection.vendor}: {connection.settings_dict['NAME']}")
    fill(given.contacts, given.messages, given.thread)


if __name__ == "__main__":
    main(sys.argv[1:])
