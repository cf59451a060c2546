"""
Claiming: one short transaction that decides, under locks, which messages leave now.

Locks are taken in one order everywhere: recipients, then a number's pace and daily use, then
messages. Recipients that somebody else holds are skipped: another drain is at them, or a STOP is
arriving.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, cast

from django.db import connection, transaction
from django.utils import timezone

from messaging import caps, halts, pacing, quiet_hours
from messaging.bulk import moment, time_value, together, uuid_text, uuid_value
from messaging.candidates import Candidate, Sender
from messaging.gateways.base import Outgoing
from messaging.models import Message, Status
from messaging.outbox.packing import ALONE, pack
from messaging.wire import report_url

if TYPE_CHECKING:
    from messaging.gateways.base import CarriesMany, Channel

# Plain SQL and plain rows where every text passes: models cost more than the sending itself.
_NUMBERS = """
    SELECT number.id, number.address, number.daily_limit, number.time_zone
      FROM messaging_number AS number
     WHERE number.active AND number.gateway = %s
       AND EXISTS (SELECT 1 FROM messaging_message AS message
                    WHERE message.number_id = number.id AND message.status = 'queued'
                      AND message.send_after <= %s)
       AND NOT EXISTS (SELECT 1 FROM messaging_gatewaystate AS state
                        WHERE state.gateway = number.gateway
                          AND (state.paused_at IS NOT NULL OR state.resting_until > %s))
"""
_CANDIDATES = """
    SELECT message.id, message.number_id, message.contact_id, message.phone,
           message.is_confirmation, message.origin, message.author_id, message.reply_to_id,
           message.reference, message.text, message.encoding, message.attempt_no, message.tries,
           message.reason, message.expires_at, contact.time_zone, recipient.opted_out_at,
           message.channel, message.send_after
      FROM messaging_message AS message
      JOIN messaging_recipient AS recipient ON recipient.phone = message.phone
      LEFT JOIN contacts_contact AS contact ON contact.id = message.contact_id
     WHERE message.status = 'queued' AND message.number_id = %s AND message.send_after <= %s
       AND (message.expires_at IS NULL OR message.expires_at >= %s)
  ORDER BY message.send_after, message.id
     LIMIT %s
"""
_LOCK = " FOR NO KEY UPDATE OF recipient, message SKIP LOCKED"
_LEASE = """
    UPDATE messaging_message
       SET status = 'sending', gateway = column2, lease_until = column3, claim_token = column4,
           attempt_no = attempt_no + 1, updated_at = column5
      FROM ({rows}) AS news
     WHERE id = column1 AND status = 'queued' AND send_after <= column5
 RETURNING id
"""
_LEASE_TYPES = "bigint, text, timestamptz, uuid, timestamptz"
_ATTEMPT = """
    INSERT INTO messaging_attempt
           (message_id, attempt_no, claim_token, batch, started_at, outcome, reason, request,
            response)
    SELECT column1, column2, column3, column4, column5, 'open', '', '', '' FROM ({rows}) AS news
"""
_ATTEMPT_TYPES = "bigint, smallint, uuid, uuid, timestamptz"

LEASE = timedelta(seconds=60)  # at least three times the hard deadline of one exchange, 15 s

MOST_LOOKS = 100  # at batches of which every text has to wait for its hour or its allowance


class Lease:
    """What all of one claim share."""

    def __init__(self, gateway: str, begun: datetime) -> None:
        self.gateway, self.begun, self.until = gateway, begun, begun + LEASE
        self.token = uuid.uuid4()


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that this process, and nobody else, may hand to its gateway."""

    message_id: int
    gateway: str
    contact_id: int | None
    attempt_no: int
    tries: int
    token: uuid.UUID
    lease_until: datetime
    expires_at: datetime | None
    outgoing: Outgoing
    batch: uuid.UUID | None = None  # whose texts share a request


def claim(gateway: str, room: int, carrier: CarriesMany | None = None) -> list[Claim]:
    """
    Up to `room` due messages of one gateway, fair between its numbers; leased to us. carrier:
    its adapter, if that takes many in a request.
    """
    now = timezone.now()
    numbers = _numbers_with_due(gateway, now) if room > 0 else {}
    seen: list[Candidate] = []
    for _ in range(MOST_LOOKS if numbers else 0):
        with transaction.atomic():
            found = _candidates(numbers, now, room)
            awake = quiet_hours.hold(halts.hold(_unblocked(found, now), now), now)
            free = pacing.hold(awake, now)
            lease = Lease(gateway, now)
            mine = _lease(caps.reserve(free, numbers, now), lease)
            claims = _write_attempts(mine, numbers, lease, carrier)
        if claims or not found or found == seen:
            return claims
        seen = found  # all had to wait, and made room for those behind them
    return []


def has_due(now: datetime) -> bool:
    """Whether any message could be claimed, without taking a lock."""
    return Message.objects.due(now).filter(number__active=True).order_by().exists()


def _numbers_with_due(gateway: str, now: datetime) -> dict[int, Sender]:
    """None where the gateway may not be used now."""
    at = time_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, (gateway, at, at))
        return {row[0]: Sender(*row) for row in cursor.fetchall()}


def _candidates(numbers: Iterable[int], now: datetime, room: int) -> list[Candidate]:
    """The oldest due messages of each number, one number after the other in turn; locked."""
    queues = [_oldest(number, now, room) for number in numbers]
    in_turn = chain.from_iterable(zip_longest(*queues))
    return [row for row in in_turn if row is not None][:room]


def _oldest(number: int, now: datetime, room: int) -> list[Candidate]:
    """
    Their recipients are locked too, and those that another drain or a STOP holds are skipped.
    A row that changed before we got its lock is looked at again, so what is here is queued.
    """
    lock = _LOCK if connection.features.has_select_for_update_skip_locked else ""
    at = time_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES + lock, (number, at, at, room))
        return [Candidate(*row) for row in cursor.fetchall()]


def _unblocked(candidates: list[Candidate], now: datetime) -> list[Candidate]:
    """Without those whose recipient opted out: they fail."""
    blocked = [row.pk for row in candidates if row.is_blocked]
    if blocked:
        Message.objects.filter(pk__in=blocked, status=Status.QUEUED).update(
            status=Status.FAILED, reason="opted_out", settled_at=now, updated_at=now
        )
    return [row for row in candidates if not row.is_blocked]


def _lease(rows: list[Candidate], lease: Lease) -> list[Candidate]:
    """Take them. Those that are still queued are ours."""
    until, token = time_value(lease.until), uuid_value(lease.token)
    shared = (lease.gateway, until, token, time_value(lease.begun))
    taken = {pk for (pk,) in together(_LEASE, [(row.pk, *shared) for row in rows], _LEASE_TYPES)}
    return [row for row in rows if row.pk in taken]


def _write_attempts(
    rows: list[Candidate],
    numbers: Mapping[int, Sender],
    lease: Lease,
    carrier: CarriesMany | None,
) -> list[Claim]:
    """Before any byte leaves; with them, which texts leave together."""
    url = report_url(lease.gateway, reference="")
    texts = {row.pk: _outgoing(row, numbers[row.number_id].address, url) for row in rows}
    social = [
        (row.pk, texts[row.pk]) for row in rows if row.reason != ALONE and row.channel == "sms"
    ]
    batches = pack(carrier, social) if carrier else {}
    token, at = uuid_value(lease.token), time_value(lease.begun)
    attempts = [
        (row.pk, row.attempt_no + 1, token, uuid_value(batches.get(row.pk)), at) for row in rows
    ]
    together(_ATTEMPT, attempts, _ATTEMPT_TYPES)
    return [_claim(row, lease, texts[row.pk], batches.get(row.pk)) for row in rows]


def _outgoing(row: Candidate, sender: str, reports: str) -> Outgoing:
    """reports: the address, but for the reference at its end, and the channel if it is no text."""
    reference = uuid_text(row.reference)
    ours = reference if row.channel == "sms" else f"{reference}&channel={row.channel}"
    return Outgoing(
        reference=reference,
        sender=sender,
        to=row.phone,
        text=row.text,
        encoding=row.encoding,
        report_url=reports + ours,
        channel=cast("Channel", row.channel),
    )


def _claim(row: Candidate, lease: Lease, outgoing: Outgoing, batch: uuid.UUID | None) -> Claim:
    return Claim(
        message_id=row.pk,
        gateway=lease.gateway,
        contact_id=row.contact_id,
        attempt_no=row.attempt_no + 1,
        tries=row.tries,
        token=lease.token,
        lease_until=lease.until,
        expires_at=moment(row.expires_at),
        outgoing=outgoing,
        batch=batch,
    )
