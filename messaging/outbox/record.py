"""
Writing down what became of a batch, in a few statements whatever its size.

Every update asks for our claim token and for a state that may still change, so that a delivery
report which overtook us, or a sweep which gave us up, is never overwritten by older news.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from messaging import caps, rollups
from messaging.bulk import many, time_value, uuid_value
from messaging.gateways.base import Receipt
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unreachable,
)
from messaging.models import Attempt, Message, Status
from messaging.outbox import pause
from messaging.outbox.claim import LEASE
from messaging.outbox.deliver import Result

MAX_TRIES = 8
TRIES_AT_ONCE = 3  # to write down one batch
FIRST_WAIT, LONGEST_WAIT = 15.0, 1800.0  # seconds

_SENT = """
    UPDATE messaging_message
       SET status = CASE WHEN status IN ('sending', 'unconfirmed') THEN 'sent' ELSE status END,
           reason = CASE WHEN status IN ('sending', 'unconfirmed') THEN '' ELSE reason END,
           sent_at = COALESCE(sent_at, %s),
           external_id = COALESCE(NULLIF(%s, ''), external_id), price = %s,
           segments = COALESCE(%s, segments), lease_until = NULL, updated_at = %s
     WHERE id = %s AND claim_token = %s
"""
_NOT_SENT = """
    UPDATE messaging_message
       SET status = %s, reason = %s, detail = %s, send_after = COALESCE(%s, send_after),
           tries = tries + %s, settled_at = %s, lease_until = NULL, updated_at = %s
     WHERE id = %s AND claim_token = %s AND status IN ('sending', 'unconfirmed')
"""
_ATTEMPT = """
    UPDATE messaging_attempt
       SET finished_at = %s, outcome = %s, reason = %s, request = %s, http_status = %s,
           response = %s, elapsed_ms = %s
     WHERE message_id = %s AND attempt_no = %s
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a failed attempt leaves its message."""

    status: str
    outcome: str
    again_at: datetime | None = None
    counts: int = 0


def record(batch: list[Result]) -> None:
    """
    Record all of it in one transaction. A deadlock or a busy database has its victim try again;
    raises OperationalError when that does not help.
    """
    in_order = sorted(batch, key=lambda result: result.claim.message_id)
    for left in reversed(range(TRIES_AT_ONCE)):
        try:
            _record(in_order)
            return
        except OperationalError:
            if not left:
                raise
            connection.close_if_unusable_or_obsolete()


def _record(batch: list[Result]) -> None:
    now = timezone.now()
    sent = [result for result in batch if result.receipt]
    failed = [(result, judge(result, now)) for result in batch if result.error]
    with transaction.atomic():
        fresh = _uncounted(sent)
        many(_SENT, (_sent_row(result, now) for result in sent))
        many(_NOT_SENT, (_failed_row(result, verdict, now) for result, verdict in failed))
        many(_ATTEMPT, (_attempt_row(r, Attempt.Outcome.ACCEPTED, now) for r in sent))
        many(_ATTEMPT, (_attempt_row(r, v.outcome, now) for r, v in failed))
        # In this order everybody takes their locks.
        rollups.count_sent((now, pk) for pk in sorted(_contacts(fresh)))
        _give_back([result for result, _ in failed])
        _look_after_gateways(batch)


def judge(result: Result, now: datetime) -> Verdict:
    """What the kind of failure means for the message. Adapters name it, this decides."""
    error, tries = result.error, result.claim.tries + 1
    queued, not_sent = Status.QUEUED, Attempt.Outcome.NOT_SENT
    if isinstance(error, Refused):
        return Verdict(Status.FAILED, Attempt.Outcome.REFUSED)
    if isinstance(error, OutcomeUnknown):
        return Verdict(Status.UNCONFIRMED, Attempt.Outcome.UNKNOWN)
    if isinstance(error, Misconfigured):
        return Verdict(queued, not_sent, again_at=now)
    if isinstance(error, Throttled):
        return Verdict(queued, not_sent, again_at=now + _pause_asked_for(error))
    again_at = now + _wait(tries)
    expires_at = result.claim.expires_at
    if tries >= MAX_TRIES or (expires_at and again_at > expires_at):
        return Verdict(Status.FAILED, not_sent, counts=1)
    return Verdict(queued, not_sent, again_at=again_at, counts=1)


def _wait(tries: int) -> timedelta:
    """15 s, 30 s, 1 min … up to half an hour, spread so that not all come back at once."""
    seconds = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


def _pause_asked_for(error: Throttled) -> timedelta:
    return timedelta(seconds=min(error.retry_after or 60.0, 86_400.0))


def _uncounted(sent: list[Result]) -> list[Result]:
    """Without those a delivery report, which overtook us, has counted (messaging.reports)."""
    ids = [result.claim.message_id for result in sent]
    rows = Message.objects.select_for_update().filter(pk__in=ids, sent_at__isnull=False)
    counted = set(rows.order_by("pk").values_list("pk", flat=True))
    return [result for result in sent if result.claim.message_id not in counted]


def _give_back(failed: list[Result]) -> None:
    """What surely did not leave uses up nobody's allowance."""
    for result in failed:
        if isinstance(result.error, Unreachable | Throttled | Misconfigured):
            caps.give_back([result.claim.message_id], result.claim.lease_until - LEASE)


def _contacts(sent: list[Result]) -> list[int]:
    return [result.claim.contact_id for result in sent if result.claim.contact_id]


def _look_after_gateways(batch: list[Result]) -> None:
    for name in {result.claim.gateway for result in batch}:
        mine = [result for result in batch if result.claim.gateway == name]
        lost = [result for result in mine if isinstance(result.error, Unreachable)]
        pause.count(name, worked=len(mine) - len(lost), unreachable=len(lost))
        for result in mine:
            if isinstance(result.error, Misconfigured):
                pause.pause(name, reason=result.error.reason, detail=result.error.detail)
                break


def _sent_row(result: Result, now: datetime) -> tuple[Any, ...]:
    claim, receipt = result.claim, result.receipt or Receipt()
    price = connection.ops.adapt_decimalfield_value(receipt.price, 10, 4)
    at = time_value(now)
    key = (claim.message_id, uuid_value(claim.token))
    return (at, receipt.external_id[:64], price, receipt.segments, at, *key)


def _failed_row(result: Result, verdict: Verdict, now: datetime) -> tuple[Any, ...]:
    claim, error = result.claim, result.error or GatewayError("gateway_error")
    settled_at = time_value(now) if verdict.status == Status.FAILED else None
    again_at = time_value(verdict.again_at)
    words = (verdict.status, error.reason[:24], _detail(error))
    key = (claim.message_id, uuid_value(claim.token))
    return (*words, again_at, verdict.counts, settled_at, time_value(now), *key)


def _attempt_row(result: Result, outcome: str, now: datetime) -> tuple[Any, ...]:
    exchange = result.exchange
    told = (
        (exchange.request, exchange.status, exchange.response, exchange.elapsed_ms)
        if exchange
        else ("", None, _detail(result.error) if result.error else "", None)
    )
    reason = result.error.reason[:24] if result.error else ""
    return (
        time_value(now),
        outcome,
        reason,
        *told,
        result.claim.message_id,
        result.claim.attempt_no,
    )


def _detail(error: GatewayError) -> str:
    return " ".join(part for part in (error.code, error.detail) if part)[:300]
