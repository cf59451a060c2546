"""Two contacts become one, and both were to get the same words at the same time: one is kept."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import time
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from messaging import outbox, recurring, texting
from messaging.models import Channel, Direction, Message, Number, Origin, Recurrence, Status

if TYPE_CHECKING:
    from contacts.models import Contact

REASON = "merged"
_AGAIN = ("text", "every", "day")


def drop(keep: Contact, moved: dict[str, list[int]]) -> dict[str, Any]:
    """moved: as contacts.merging says it. What bring_back() needs, for JSON."""
    return {
        "recurring": _drop_recurring(keep, moved.get("messaging.Recurrence.contact", [])),
        "waiting": _take_back(keep, moved.get("messaging.Message.contact", [])),
    }


def bring_back(gone: Contact, dropped: dict[str, Any]) -> None:
    """They are two again: each gets theirs, where its time is still to come."""
    for said in dropped.get("recurring", []):
        _recur(gone, said)
    for message in _of(dropped.get("waiting", [])).filter(reason=REASON):
        if message.send_after > timezone.now():
            _wait(gone, message)


def _drop_recurring(keep: Contact, moved: list[int]) -> list[dict[str, Any]]:
    rows = Recurrence.objects.filter(contact=keep, paused_at=None)
    has = {_rhythm(row) for row in rows.exclude(pk__in=moved)}
    dropped = [row for row in rows.filter(pk__in=moved) if _rhythm(row) in has]
    for row in dropped:
        row.delete()
    names = (*_AGAIN, "number_id", "author_id")
    return [
        {name: getattr(row, name) for name in names} | {"clock": row.clock.isoformat()}
        for row in dropped
    ]


def _rhythm(row: Recurrence) -> Hashable:
    return *(getattr(row, name) for name in _AGAIN), row.clock


def _recur(gone: Contact, said: dict[str, Any]) -> None:
    """Whose author is gone went with them."""
    if not User.objects.filter(pk=said["author_id"]).exists():
        return
    row = Recurrence(contact=gone, **said | {"clock": time.fromisoformat(said["clock"])})
    row.number = Number.objects.filter(pk=said["number_id"]).first()
    recurring.plan(row)
    row.save()


def _take_back(keep: Contact, moved: list[int]) -> list[int]:
    """A broadcast's are its own: each number has one of it."""
    rows = Message.objects.filter(
        contact=keep, direction=Direction.OUTBOUND, status=Status.QUEUED, author__isnull=False
    ).exclude(origin=Origin.BROADCAST)
    moved_now = set(moved)
    has = {_when(row) for row in rows if row.pk not in moved_now}
    pks = [row.pk for row in rows if row.pk in moved_now and _when(row) in has]
    now = timezone.now()
    rows.filter(pk__in=pks).update(
        status=Status.CANCELLED, reason=REASON, settled_at=now, updated_at=now
    )
    return pks


def _when(row: Message) -> Hashable:
    """People say minutes."""
    return row.channel, row.text, row.send_after.replace(second=0, microsecond=0)


def _of(pks: list[int]) -> QuerySet[Message]:
    rows = Message.objects.filter(pk__in=pks, status=Status.CANCELLED)
    return rows.select_related("number", "author")


def _wait(gone: Contact, message: Message) -> None:
    """A new one, for what was taken back stays so. Whoever opted out since gets none."""
    if message.author is None:
        return
    try:
        texting.send(
            text=message.text,
            phone=message.phone,
            number=message.number,
            origin=Origin(message.origin),
            author=message.author,
            contact=gone,
            send_after=message.send_after,
            cancel_on_reply=message.cancel_on_reply,
            channel=Channel(message.channel),
        )
    except outbox.CannotSend:
        return
