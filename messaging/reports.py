"""Delivery reports: what gateways say became of our texts. Statuses only move forward."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils import timezone

from messaging import people, rollups, tracks
from messaging.gateways.base import DeliveryReport, OutgoingCopy
from messaging.models import Direction, Message, Number, Origin, Recipient, Status
from messaging.segments import measure, plain

MATCH_WINDOW = timedelta(hours=72)

#: From where each news may move a message: sent < undelivered and failed < delivered. A report
#: is proof that the gateway has it, so it also ends a wait for another try.
_OPEN = [Status.QUEUED, Status.SENDING, Status.UNCONFIRMED]
MAY_MOVE_FROM = {
    "sent": _OPEN,
    "undelivered": [*_OPEN, Status.SENT],
    "failed": [*_OPEN, Status.SENT],
    "delivered": [
        *_OPEN,
        Status.SENT,
        Status.UNDELIVERED,
        Status.FAILED,
        Status.CANCELLED,
    ],
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
    final = report.status != "sent"
    moved = Message.objects.filter(
        pk=message.pk, attempt_no__gt=0, status__in=MAY_MOVE_FROM[report.status]
    ).update(
        status=report.status,
        reason=report.reason[:24],
        detail=" ".join(part for part in (report.code, report.detail) if part)[:300],
        sent_at=Coalesce("sent_at", now),
        settled_at=now if final else None,
        updated_at=now,
    )
    if moved and message.contact_id and message.status in {Status.UNCONFIRMED, Status.QUEUED}:
        rollups.count_sent([(now, message.contact_id)])
    if report.external_id and not message.external_id:
        Message.objects.filter(pk=message.pk, external_id="").update(
            external_id=report.external_id[:64]
        )


def find(report: DeliveryReport, gateway: str) -> Message | None:
    """By our reference if the report has it, else by the gateway's own id."""
    ours = Message.objects.filter(direction=Direction.OUTBOUND)
    if report.reference:
        try:
            return ours.filter(reference=UUID(report.reference)).first()
        except ValueError:
            return None
    if not report.external_id:
        return None
    rows = ours.filter(gateway=gateway, external_id=report.external_id[:64])
    return rows.filter(phone=report.to).first() if report.to else rows.first()


def apply_copy(copy: OutgoingCopy, gateway: str) -> None:
    """
    A text that left one of our numbers: proof that one of ours did, or one that a person sent
    from the gateway's own app, which then joins the history.
    """
    ours = Message.objects.filter(
        direction=Direction.OUTBOUND, gateway=gateway, number__address=copy.sender, phone=copy.to
    )
    if copy.external_id and ours.filter(external_id=copy.external_id[:64]).exists():
        return
    lately = ours.filter(created_at__gt=timezone.now() - MATCH_WINDOW).latest_first()
    same = [row for row in lately[:50] if _same_words(row.text, copy.text)]
    waiting = [row for row in same if row.status in _OPEN and row.attempt_no]
    if waiting:
        reference = str(waiting[-1].reference)
        apply(DeliveryReport("sent", external_id=copy.external_id, reference=reference), gateway)
    elif not same or (copy.external_id and all(row.external_id for row in same)):
        _adopt(copy, gateway)


def _same_words(ours: str, theirs: str) -> bool:
    """The gateway may add a footer and straighten quotes: what we wrote is its beginning."""
    return plain(theirs).strip().startswith(plain(ours).strip())


def _adopt(copy: OutgoingCopy, gateway: str) -> None:
    number = Number.objects.filter(address=copy.sender).first()
    if number is None:
        return
    Recipient.objects.get_or_create(phone=copy.to)
    size, now = measure(copy.text), timezone.now()
    message = Message.objects.create(
        direction=Direction.OUTBOUND,
        status=Status.SENT,
        origin=Origin.GATEWAY,
        number=number,
        gateway=gateway,
        contact=people.find(copy.to, number),
        phone=copy.to,
        text=copy.text,
        encoding=size.encoding,
        segments=size.segments,
        external_id=copy.external_id[:64],
        sent_at=now,
    )
    tracks.add(message)
    tracks.converse(message)
    if message.contact_id:
        rollups.count_sent([(now, message.contact_id)])
