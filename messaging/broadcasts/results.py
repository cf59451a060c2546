"""What became of a broadcast's recipients: those of a kind, and all of that as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from django.utils import timezone

from messaging import exporting, wording
from messaging.broadcasts.progress import Progress
from messaging.models import Broadcast, BroadcastRecipient, Status

#: The kinds, with their words for people.
KINDS = {
    "": "Who gets it",
    "skipped": "Skipped",
    "waiting": "Not sent yet",
    "delivered": "Delivered",
    "failed": "Not delivered",
    "sent": "No report yet",
    "unconfirmed": "Unconfirmed",
    "cancelled": "Taken back",
}
#: Those that are offered only where there is somebody.
_SELDOM = ("sent", "unconfirmed", "cancelled")
_WAITING = {Status.QUEUED, Status.SENDING}
#: Of which statuses the kinds are that no index of recipients knows; "": no message yet.
_STATUSES = {
    "waiting": ("", *_WAITING),
    "delivered": (Status.DELIVERED,),
    **{kind: (kind,) for kind in _SELDOM},
}


def of_kind(broadcast: Broadcast, kind: str) -> Any:
    """Recipients with their contact, message and number, in no order."""
    rows = broadcast.recipients.select_related("contact", "message", "number")
    if kind == "skipped":
        return rows.skipped()
    if kind == "failed":
        return rows.missed()
    going = rows.filter(problem="")
    if kind == "waiting":
        return going.exclude(message__status__in=set(Status) - _WAITING)
    if kind in {"delivered", *_SELDOM}:
        return going.filter(message__status=kind)
    return going


def offered(now: Progress, shown: str) -> list[tuple[str, str]]:
    """The kinds there is somebody of, with their words, and the one that is shown."""
    return [
        (kind, words)
        for kind, words in KINDS.items()
        if kind not in _SELDOM or kind == shown or now.of(kind)
    ]


def counted(broadcast: Broadcast, kind: str, now: Progress) -> Any:
    """
    The same for a page with these figures: from the first who was counted on, and nobody where
    they say so. A database would look at the texts of all before them, a hundred thousand perhaps.
    """
    rows = of_kind(broadcast, kind)
    if kind not in _STATUSES:
        return rows
    begins = now.begins(*_STATUSES[kind])
    return rows.none() if begins is None else rows.filter(pk__gte=begins)


def table(broadcast: Broadcast, kind: str | None, zone: tzinfo) -> Iterator[tuple[str, ...]]:
    """
    The names of the columns, then a row for each; kind: None for everybody, skipped or not. zone:
    whose clock the times are by; an answer that is streamed outlives the request's own.
    """
    yield (
        *("Name", "Phone", "Text", "Status", "Why", f"Sent ({zone})", f"Settled ({zone})"),
        *("Our number", "SMS", "Price"),
    )
    everybody = broadcast.recipients.select_related("contact", "message", "number")
    rows = everybody if kind is None else of_kind(broadcast, kind)
    for one in rows.order_by("pk").iterator(chunk_size=1000):
        with timezone.override(zone):
            row = _row(one, zone)
        yield row


def _row(one: BroadcastRecipient, zone: tzinfo) -> tuple[str, ...]:
    message, price = one.message, one.message.price if one.message else None
    status = "Skipped" if one.problem else "Waiting"
    return (
        *(str(one.contact or ""), one.phone, one.text),
        message.get_status_display() if message else status,
        one.problem or (wording.reason(message) if message else ""),
        exporting.moment(message.sent_at if message else None, zone),
        exporting.moment(message.settled_at if message else None, zone),
        one.number.address if one.number else "",
        str(one.sms or ""),
        "" if price is None else f"{price.normalize():f}",
    )
