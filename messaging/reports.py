"""Delivery reports: what gateways say became of our texts. Statuses only move forward."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from messaging import people, rollups, tracks
from messaging.gateways.base import DeliveryReport, OutgoingCopy
from messaging.models import Direction, Message, Origin, Status
from messaging.segments import measure, plain

MATCH_WINDOW = timedelta(hours=72)
REPEAT_WINDOW = timedelta(minutes=10)

#: From where each news may move a message: sent < failed < undelivered < delivered, so that any
#: order of the same reports ends the same. A report is proof that the gateway has the text, so
#: it also ends a wait for another try.
_OPEN = [Status.QUEUED, Status.SENDING, Status.UNCONFIRMED]
MAY_MOVE_FROM = {
    "sent": _OPEN,
    "failed": [*_OPEN, Status.SENT],
    "undelivered": [*_OPEN, Status.SENT, Status.FAILED],
    "delivered": [*_OPEN, Status.SENT, Status.FAILED, Status.UNDELIVERED, Status.CANCELLED],
}


def apply(report: DeliveryReport, gateway: str) -> bool:
    """Move the message this report speaks of; False if no message of ours matches."""
    message = find(report, gateway)
    if message:
        move(message, report)
    return message is not None


def move(message: Message, report: DeliveryReport) -> None:
    """Forward only, and only what was handed to a gateway at least once."""
    now = timezone.now()
    mine = Message.objects.filter(pk=message.pk, attempt_no__gt=0)
    may_move = mine.filter(status__in=MAY_MOVE_FROM[report.status])
    news = {
        "status": report.status,
        "reason": report.reason[:24],
        "detail": " ".join(part for part in (report.code, report.detail) if part)[:300],
        "settled_at": None if report.status == "sent" else now,
        "updated_at": now,
    }
    # Whoever sets the time of sending counts the text, here or in outbox.record.
    if not may_move.filter(sent_at=None).update(**news, sent_at=now):
        may_move.update(**news)
    elif message.contact_id:
        rollups.count_sent(now, [message.contact_id])
    if report.external_id:
        mine.filter(external_id="").update(external_id=report.external_id[:64])


def find(report: DeliveryReport, gateway: str) -> Message | None:
    """By our reference if the report has it, or its batch's and phone; else by the gateway's id."""
    ours = Message.objects.filter(direction=Direction.OUTBOUND)
    reference, batch = _uuid(report.reference), _uuid(report.batch)
    found = ours.filter(reference=reference).first() if reference else None
    if batch and report.to:
        found = found or ours.filter(phone=report.to[:16], attempts__batch=batch).first()
    if found or not report.external_id:
        return found
    rows = ours.filter(gateway=gateway, external_id=report.external_id[:64], channel=report.channel)
    return rows.filter(phone=report.to).first() if report.to else rows.first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def apply_copy(copy: OutgoingCopy, gateway: str, at: datetime) -> None:
    """
    A text that left one of our numbers: proof that one of ours did, or one that a person sent
    from the gateway's own app, which then joins the history. at: when its webhook came.
    """
    people.hold(copy.to)
    ours = Message.objects.filter(
        direction=Direction.OUTBOUND, number__address=copy.sender, phone=copy.to[:16]
    )
    if copy.external_id and ours.filter(external_id=copy.external_id[:64]).exists():
        return
    left = ours.filter(Q(attempt_no__gt=0) | Q(origin=Origin.GATEWAY))
    lately = left.filter(created_at__range=(at - MATCH_WINDOW, at + REPEAT_WINDOW)).latest_first()
    same = [row for row in lately[:50] if _same_words(row.text, copy.text)]
    unproved = [row for row in same if row.attempt_no and not row.external_id]
    if unproved:
        move(unproved[-1], DeliveryReport("sent", external_id=copy.external_id))
    elif copy.external_id or not any(row.created_at > at - REPEAT_WINDOW for row in same):
        _adopt(copy, gateway, at)


def _same_words(ours: str, theirs: str) -> bool:
    """The gateway may straighten quotes, and may add how to opt out."""
    mine, rest = plain(ours).strip(), plain(theirs).strip()
    if not rest.startswith(mine):
        return False
    footer = rest[len(mine) :]
    return not footer.strip() or (
        footer[0].isspace() and any(word in footer.lower() for word in ("stop", "opt"))
    )


def _adopt(copy: OutgoingCopy, gateway: str, at: datetime) -> None:
    number = people.ours(copy.sender, gateway)
    size = measure(copy.text)
    message = Message.objects.create(
        direction=Direction.OUTBOUND,
        status=Status.SENT,
        origin=Origin.GATEWAY,
        number=number,
        gateway=gateway,
        contact=people.find(copy.to[:16], number),
        phone=copy.to[:16],
        text=copy.text,
        encoding=size.encoding,
        segments=min(size.segments, 32_767),
        external_id=copy.external_id[:64],
        attempt_no=1,  # it left, so that reports may move it
        created_at=at,
        sent_at=at,
    )
    tracks.add(message)
    tracks.converse(message)
    if message.contact_id:
        rollups.count_sent(at, [message.contact_id])
