"""
Writing down what became of a batch, in a few statements whatever its size.

Every update asks for our claim token and for a state that may still change, so that a delivery
report which overtook us, or a sweep which gave us up, is never overwritten by older news.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from messaging import caps, rollups
from messaging.bulk import time_value, together, uuid_value
from messaging.gateways.base import Receipt
from messaging.gateways.errors import (
    GatewayError,
    HeldUp,
    Misconfigured,
    OutcomeUnknown,
    Refused,
    RefusedTogether,
    Throttled,
    Unreachable,
)
from messaging.models import Attempt, Status
from messaging.outbox import pause
from messaging.outbox.claim import LEASE, Claim
from messaging.outbox.deliver import Result
from messaging.outbox.packing import requests

MAX_TRIES = 8
TRIES_AT_ONCE = 3  # to write down one batch
FIRST_WAIT, LONGEST_WAIT = 15.0, 1800.0  # seconds

# Plain SQL where every text passes: models cost more than the sending itself.
_SENT = """
    UPDATE messaging_message
       SET status = CASE WHEN status IN ('sending', 'unconfirmed') THEN 'sent' ELSE status END,
           reason = CASE WHEN status IN ('sending', 'unconfirmed') THEN '' ELSE reason END,
           sent_at = COALESCE(sent_at, column3),
           external_id = COALESCE(NULLIF(column4, ''), external_id), price = column5,
           segments = COALESCE(column6, segments), lease_until = NULL, updated_at = column3
      FROM ({rows}) AS news
     WHERE id = column1 AND claim_token = column2
 RETURNING contact_id, sent_at = updated_at
"""
_SENT_TYPES = "bigint, uuid, timestamptz, text, numeric, smallint"
_NOT_SENT = """
    UPDATE messaging_message
       SET status = column3, reason = column4, detail = column5,
           send_after = COALESCE(column6, send_after), tries = tries + column7,
           settled_at = column8, lease_until = NULL, updated_at = column9
      FROM ({rows}) AS news
     WHERE id = column1 AND claim_token = column2 AND status IN ('sending', 'unconfirmed')
"""
_NOT_SENT_TYPES = "bigint, uuid, text, text, text, timestamptz, smallint, timestamptz, timestamptz"
_ATTEMPT = """
    UPDATE messaging_attempt
       SET finished_at = column3, outcome = column4, reason = column5, request = column6,
           http_status = column7, response = column8, elapsed_ms = column9
      FROM ({rows}) AS news
     WHERE message_id = column1 AND attempt_no = column2
"""
_ATTEMPT_TYPES = "bigint, smallint, timestamptz, text, text, text, smallint, text, integer"


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
    at = time_value(now)
    sent = [result for result in batch if result.receipt]
    failed = [(result, judge(result, now)) for result in batch if result.error]
    attempts = [_attempt_row(result, Attempt.Outcome.ACCEPTED, at) for result in sent]
    attempts += [_attempt_row(result, verdict.outcome, at) for result, verdict in failed]
    with transaction.atomic():
        moved = together(_SENT, [_sent_row(result, at) for result in sent], _SENT_TYPES)
        together(_NOT_SENT, [_failed_row(*one, at) for one in failed], _NOT_SENT_TYPES)
        together(_ATTEMPT, attempts, _ATTEMPT_TYPES)
        # A delivery report which overtook us set the time of sending, and counted the text.
        rollups.count_sent(now, [contact for contact, is_first in moved if is_first])
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
    if isinstance(error, Misconfigured | HeldUp | RefusedTogether):
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


def _give_back(failed: list[Result]) -> None:
    """What surely did not leave uses up nobody's allowance."""
    unsent = HeldUp | Unreachable | Throttled | Misconfigured | RefusedTogether
    back: dict[datetime, list[int]] = {}
    for result in failed:
        if isinstance(result.error, unsent):
            back.setdefault(result.claim.lease_until - LEASE, []).append(result.claim.message_id)
    for claimed_at, ids in back.items():
        caps.give_back(ids, claimed_at)


def _look_after_gateways(batch: list[Result]) -> None:
    for name in {result.claim.gateway for result in batch}:
        mine = [r for r in batch if r.claim.gateway == name and not isinstance(r.error, HeldUp)]
        lost = [result.claim for result in mine if isinstance(result.error, Unreachable)]
        pause.count(name, worked=len(mine) - len(lost), unreachable=len(requests(lost)))
        for result in mine:
            if isinstance(result.error, Misconfigured):
                pause.pause(name, reason=result.error.reason, detail=result.error.detail)
                break


def _sent_row(result: Result, at: Any) -> tuple[Any, ...]:
    receipt = result.receipt or Receipt()
    told = (receipt.external_id[:64], _money(receipt.price), receipt.segments)
    return (*_key(result.claim), at, *told)


def _money(price: Decimal | None) -> Any:
    return None if price is None else connection.ops.adapt_decimalfield_value(price, 10, 4)


def _failed_row(result: Result, verdict: Verdict, at: Any) -> tuple[Any, ...]:
    error = result.error or GatewayError("gateway_error")
    settled_at = at if verdict.status == Status.FAILED else None
    words = (verdict.status, error.reason[:24], _detail(error))
    moves = (time_value(verdict.again_at), verdict.counts, settled_at, at)
    return (*_key(result.claim), *words, *moves)


def _key(claim: Claim) -> tuple[Any, ...]:
    return claim.message_id, uuid_value(claim.token)


def _attempt_row(result: Result, outcome: str, at: Any) -> tuple[Any, ...]:
    error, exchange = result.error, result.exchange
    told = (
        (exchange.request, exchange.status, exchange.response, exchange.elapsed_ms)
        if exchange
        else ("", None, _detail(error) if error else "", None)
    )
    key = (result.claim.message_id, result.claim.attempt_no)
    return (*key, at, outcome, error.reason[:24] if error else "", *told)


def _detail(error: GatewayError) -> str:
    return " ".join(part for part in (error.code, error.detail) if part)[:300]
