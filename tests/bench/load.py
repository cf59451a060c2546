"""
Fills a benchmark's database: `python -m tests.bench.load queue COUNT` queues texts for later,
`… release` makes them due, `… people COUNT` makes a member of the team and contacts. `… broadcast`
queues one through D7 to all contacts, `… sent` tells what became of it.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, Max, Min  # noqa: E402
from django.utils import timezone  # noqa: E402

from contacts.models import Contact, Phone  # noqa: E402
from messaging import broadcasts, outbox, queue  # noqa: E402
from messaging.broadcasts.queueing import queue_chunk  # noqa: E402
from messaging.models import Attempt, Broadcast, Message, Number, Origin, Status  # noqa: E402


def number() -> Number:
    made, _ = Number.objects.get_or_create(
        address="+12125550100",
        defaults={"label": "Bench", "gateway": "seven", "is_default": True},
    )
    return made


@transaction.atomic
def people(count: int) -> None:
    User.objects.create_user("bench", password="bench-pass-phrase", is_superuser=True)
    number()
    for n in range(count):
        contact = Contact.objects.create(first_name=f"Person {n}")
        Phone.objects.create(contact=contact, e164=f"+1212555{n:04}", is_primary=True)


@transaction.atomic
def fill(count: int) -> None:
    contact = Contact.objects.create(first_name="Everybody")
    sender, later = number(), timezone.now() + timedelta(hours=1)
    for n in range(count):
        outbox.enqueue(
            text=f"Text {n}",
            phone=f"+1212555{n:04}",
            number=sender,
            contact=contact,
            origin=Origin.BROADCAST,
            send_after=later,
        )


def release() -> None:
    with transaction.atomic():
        Message.objects.filter(status=Status.QUEUED).update(send_after=timezone.now())
        queue.ring()


def written_out() -> Broadcast:
    """
    To all contacts through D7, ready to start. Words with a name in them, of which there are some
    dozens: many share theirs, many do not.
    """
    Number.objects.update(gateway="d7")
    with connection.cursor() as cursor:  # numbers that somebody can have
        cursor.execute("UPDATE contacts_phone SET e164 = '+1212' || CAST(2000000 + id AS text)")
    author = User.objects.get(username="bench")
    row = Broadcast.objects.create(
        name="Bench", text="Hi {first_name|there}, fresh today", author=author, query="q="
    )
    while row.state == Broadcast.State.PREPARING:
        broadcasts.work()
        row.refresh_from_db()
    return row


def broadcast() -> None:
    row = written_out()
    broadcasts.start(row, send_at=None, is_local=False)
    while queue_chunk(row.pk):
        pass


def sent() -> None:
    """How many there are, how many were sent, requests, and seconds from the first to the last."""
    texts = Message.objects.filter(origin=Origin.BROADCAST)
    told = Attempt.objects.filter(message__in=texts).aggregate(
        begun=Min("started_at"), ended=Max("finished_at"), requests=Count("batch", distinct=True)
    )
    took = (told["ended"] - told["begun"]).total_seconds() if told["ended"] else 0
    print(texts.count(), texts.filter(status=Status.SENT).count(), told["requests"], took)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["people", count]:
            people(int(count))
        case ["queue", count]:
            fill(int(count))
        case ["release"]:
            release()
        case ["broadcast"]:
            broadcast()
        case ["sent"]:
            sent()
