"""
Fills a benchmark's database: `python -m tests.bench.load queue COUNT` queues texts for later,
`… release` makes them due, `… people COUNT` makes a member of the team and contacts.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from contacts.models import Contact, Phone  # noqa: E402
from messaging import outbox, queue  # noqa: E402
from messaging.models import Message, Number, Origin, Status  # noqa: E402


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


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["people", count]:
            people(int(count))
        case ["queue", count]:
            fill(int(count))
        case ["release"]:
            release()
