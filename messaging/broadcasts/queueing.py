"""
Making messages of a broadcast's recipients, a chunk to a transaction: the messages, where people
see them, and the link from each recipient exist together or not at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from contacts.halving import by_halves
from contacts.importing.writing import among
from messaging import outbox, quiet_hours
from messaging.broadcasts.prepare import NO_NUMBER, OPTED_OUT
from messaging.broadcasts.retrying import let_go
from messaging.broadcasts.showing import show
from messaging.bulk import time_value, together
from messaging.models import (
    Broadcast,
    BroadcastRecipient,
    Number,
    Origin,
    Recipient,
    Status,
)

CHUNK = 500

_LINK = """
    UPDATE messaging_broadcastrecipient SET message_id = column2
      FROM ({rows}) AS news WHERE id = column1
"""
_RELEASE = """
    UPDATE messaging_message SET send_after = column2, expires_at = column3, reason = ''
      FROM ({rows}) AS news WHERE id = column1 AND status = 'queued'
"""


class Waiting(NamedTuple):
    """A recipient without a message, as far as making one needs it."""

    pk: int
    phone: str
    number_id: int
    contact_id: int | None
    text: str
    retry_of_id: int | None
    time_zone: str | None  # the contact's


_FIELDS = ("pk", "phone", "number", "contact", "text", "retry_of", "contact__time_zone")


def queue_chunk(pk: int) -> bool:
    """Queue the next few hundred; False once all are, or somebody paused or stopped it."""
    with transaction.atomic():
        broadcast = Broadcast.objects.select_for_update(of=["self"]).get(pk=pk)
        if broadcast.state != Broadcast.State.QUEUEING:
            return False
        todo = _release(broadcast) or _queue(broadcast)
        if not todo:
            broadcast.state = Broadcast.State.QUEUED
        news = ["state", "queued", "queued_to", "retrying", "releasing"]
        broadcast.save(update_fields=news)
    return todo


def _queue(broadcast: Broadcast) -> bool:
    again = let_go(broadcast)
    todo = _waiting(broadcast, again) if again else _next(broadcast)
    numbers = {number.pk: number for number in Number.objects.active()}
    phones = [row.phone for row in todo]
    blocked = set(
        Recipient.objects.opted_out().filter(phone__in=among(phones)).values_list("pk", flat=True)
    )
    gone = {row.pk for row in todo if row.phone in blocked}
    BroadcastRecipient.objects.filter(pk__in=gone).update(problem=OPTED_OUT)
    idle = {row.pk for row in todo if row.number_id not in numbers} - gone
    BroadcastRecipient.objects.filter(pk__in=idle).update(problem=NO_NUMBER)
    going = [row for row in todo if row.pk not in gone | idle]
    by_halves(going, lambda some: _make(broadcast, some, numbers), _refuse)
    return bool(todo or again)


def _next(broadcast: Broadcast) -> list[Waiting]:
    """From where the last came to: a database does not go through those before once more."""
    rows = broadcast.recipients.to_queue().filter(pk__gt=broadcast.queued_to).order_by("pk")
    todo = [Waiting(*row) for row in rows.values_list(*_FIELDS)[:CHUNK]]
    broadcast.queued_to = todo[-1].pk if todo else broadcast.queued_to
    return todo


def _waiting(broadcast: Broadcast, pks: list[int]) -> list[Waiting]:
    """Those of these recipients: all of them, they were let go in this transaction."""
    rows = broadcast.recipients.to_queue().filter(pk__in=among(pks)).order_by("pk")
    return [Waiting(*row) for row in rows.values_list(*_FIELDS)]


def _make(broadcast: Broadcast, rows: list[Waiting], numbers: dict[int, Number]) -> None:
    drafts = [_draft(broadcast, row, numbers[row.number_id]) for row in rows]
    stored = outbox.enqueue_many(drafts, Origin.BROADCAST)
    show(stored)
    links = [(row.pk, message.pk) for row, message in zip(rows, stored, strict=True)]
    together(_LINK, links, "bigint, bigint")


def _refuse(row: Waiting, why: str) -> None:
    """One whose text cannot be stored."""
    BroadcastRecipient.objects.filter(pk=row.pk).update(problem=why[:200])


def _draft(broadcast: Broadcast, row: Waiting, number: Number) -> outbox.Draft:
    leaves = _begins(broadcast, row) + _behind(_place(broadcast, number.pk))
    return outbox.Draft(
        row.text, row.phone, number, row.contact_id, broadcast.author_id, leaves, row.retry_of_id
    )


def _place(broadcast: Broadcast, number: int) -> int:
    """How many texts this number was given before."""
    place: int = broadcast.queued.get(str(number), 0)
    broadcast.queued[str(number)] = place + 1
    return place


def _begins(broadcast: Broadcast, row: Waiting) -> datetime:
    begun = broadcast.started_at or timezone.now()
    if broadcast.send_at is None:
        return begun
    if not broadcast.is_local:
        return max(broadcast.send_at, begun)
    zone = ZoneInfo(quiet_hours.zones_of(row.phone, row.time_zone or "")[0])
    clock = timezone.localtime(broadcast.send_at, timezone.get_default_timezone())
    return max(clock.replace(tzinfo=zone), begun)


def _behind(place: int) -> timedelta:
    """A number's texts follow each other at BROADCAST_RATE, so that others get between."""
    rate = settings.BROADCAST_RATE
    return timedelta(seconds=place / rate if rate else 0)


def _release(broadcast: Broadcast) -> bool:
    """
    Give the next few hundred that were held a time to leave. After the last of them once more from
    the start: a claim that saw it paused may have held one meanwhile.
    """
    if broadcast.releasing is None:
        return False
    held = _held(broadcast)
    if not held and broadcast.releasing:
        broadcast.releasing = 0
        held = _held(broadcast)
    rows = []
    for message, *fields in held:
        row = Waiting(*fields)
        leaves = _begins(broadcast, row) + _behind(_place(broadcast, row.number_id))
        rows.append((message, time_value(leaves), time_value(leaves + outbox.SHELF_LIFE)))
    together(_RELEASE, rows, "bigint, timestamptz, timestamptz")
    broadcast.releasing = held[-1][1] if held else None
    return bool(held)


def _held(broadcast: Broadcast) -> list[Any]:
    rows = broadcast.recipients.filter(message__status=Status.QUEUED, message__reason="paused")
    rows = rows.filter(pk__gt=broadcast.releasing).order_by("pk")
    return list(rows.values_list("message", *_FIELDS)[:CHUNK])
