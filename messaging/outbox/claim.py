"""
Claiming: one short transaction that decides, under locks, which messages leave now.

Locks are taken in one order everywhere: recipients, then a number's daily use, then messages.
Recipients that somebody else holds are skipped: another drain is at them, or a STOP is arriving.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from messaging import caps, quiet_hours
from messaging.bulk import many, time_value, uuid_value
from messaging.candidates import COLUMNS, Candidate
from messaging.gateways.base import Outgoing
from messaging.models import Message, Number, Recipient, Status
from messaging.outbox import pause
from messaging.wire import report_url

# Plain SQL and plain rows where every text passes: models cost more than the sending itself.
_COLUMNS = (
    *("pk", "attempt_no", "tries", "contact_id", "expires_at"),
    *("number_id", "reference", "phone", "text", "encoding"),
)
_ATTEMPT = """
    INSERT INTO messaging_attempt
           (message_id, attempt_no, claim_token, started_at, outcome, reason, request, response)
    VALUES (%s, %s, %s, %s, 'open', '', '', '')
"""

LEASE = timedelta(seconds=60)  # at least three times the hard deadline of one exchange, 15 s

MOST_LOOKS = 100  # at batches of which every text has to wait for its hour or its allowance


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


def claim(gateway: str, room: int) -> list[Claim]:
    """Up to `room` due messages of one gateway, fair between its numbers; leased to us."""
    now = timezone.now()
    numbers = _numbers_with_due(gateway, now)
    if room < 1 or not numbers or not pause.is_open(gateway, now):
        return []
    seen: list[Candidate] = []
    for _ in range(MOST_LOOKS):
        with transaction.atomic():
            found = _candidates(numbers, now, room)
            free = quiet_hours.hold(_unblocked(found, now), now)
            fit = caps.reserve(free, numbers, now)
            claims = _lease([row.pk for row in fit], gateway, numbers, now)
        if claims or not found or found == seen:
            return claims
        seen = found  # all had to wait, and made room for those behind them
    return []


def has_due(now: datetime) -> bool:
    """Whether any message could be claimed, without taking a lock."""
    return Message.objects.due(now).filter(number__active=True).order_by().exists()


def _numbers_with_due(gateway: str, now: datetime) -> dict[int, Number]:
    due = Message.objects.filter(number=OuterRef("pk"), status=Status.QUEUED, send_after__lte=now)
    rows = Number.objects.active().filter(Exists(due), gateway=gateway)
    return {number.pk: number for number in rows}


def _candidates(numbers: Iterable[int], now: datetime, room: int) -> list[Candidate]:
    """The oldest due messages of each number, one number after the other in turn."""
    queues = [
        list(
            Message.objects.due(now)
            .filter(number_id=number)
            .exclude(expires_at__lt=now)
            .values_list(*COLUMNS)[:room]
        )
        for number in numbers
    ]
    in_turn = chain.from_iterable(zip_longest(*queues))
    return [Candidate(*row) for row in in_turn if row is not None][:room]


def _unblocked(candidates: list[Candidate], now: datetime) -> list[Candidate]:
    """
    Those whose recipient is free to lock and did not opt out; the opted-out ones fail. Whoever
    held the lock before us may have claimed some since we looked: they must not use up the cap.
    """
    phones = {row[2] for row in candidates}
    locked = dict(
        Recipient.objects.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        .filter(phone__in=phones)
        .order_by("phone")
        .values_list("phone", "opted_out_at")
    )
    blocked = [row[0] for row in candidates if row[2] in locked and locked[row[2]] and not row[3]]
    if blocked:
        Message.objects.filter(pk__in=blocked, status=Status.QUEUED).update(
            status=Status.FAILED, reason="opted_out", settled_at=now, updated_at=now
        )
    still = Message.objects.filter(pk__in=[row[0] for row in candidates], status=Status.QUEUED)
    queued = set(still.values_list("pk", flat=True))
    return [row for row in candidates if row[2] in locked and row[0] in queued]


def _lease(
    ids: list[int], gateway: str, numbers: Mapping[int, Number], now: datetime
) -> list[Claim]:
    """Take those that are still queued, and write their attempts, before any byte leaves."""
    token, until = uuid.uuid4(), now + LEASE
    taken = Message.objects.filter(pk__in=ids, status=Status.QUEUED, send_after__lte=now).update(
        status=Status.SENDING,
        gateway=gateway,
        lease_until=until,
        claim_token=token,
        attempt_no=F("attempt_no") + 1,
        updated_at=now,
    )
    if not taken:
        return []
    rows = list(Message.objects.filter(pk__in=ids, claim_token=token).values_list(*_COLUMNS))
    many(_ATTEMPT, [(row[0], row[1], uuid_value(token), time_value(now)) for row in rows])
    return [_claim(row, gateway, token, until, numbers) for row in rows]


def _claim(
    row: tuple[Any, ...],
    gateway: str,
    token: uuid.UUID,
    until: datetime,
    numbers: Mapping[int, Number],
) -> Claim:
    pk, attempt_no, tries, contact_id, expires_at, number_id, reference, phone, text, coding = row
    outgoing = Outgoing(
        reference=str(reference),
        sender=numbers[number_id].address,
        to=phone,
        text=text,
        encoding=coding,
        report_url=report_url(gateway, str(reference)),
    )
    return Claim(pk, gateway, contact_id, attempt_no, tries, token, until, expires_at, outgoing)
