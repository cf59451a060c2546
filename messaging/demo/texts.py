"""
Messages as they look after their life, not stored yet: each status with the times, the attempts
and the words that the outbox would have left behind.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from contacts.models import Record
from messaging.models import Attempt, Direction, Message, Number, Origin, Status
from messaging.outbox.claim import LEASE
from messaging.outbox.enqueue import SHELF_LIFE
from messaging.segments import measure

UNDO = timedelta(seconds=5)
OUTCOMES = {
    Status.SENDING: Attempt.Outcome.OPEN,
    Status.SENT: Attempt.Outcome.ACCEPTED,
    Status.DELIVERED: Attempt.Outcome.ACCEPTED,
    Status.UNDELIVERED: Attempt.Outcome.ACCEPTED,
    Status.UNCONFIRMED: Attempt.Outcome.UNKNOWN,
    Status.FAILED: Attempt.Outcome.REFUSED,
}
ACCEPTED = {Status.SENT, Status.DELIVERED, Status.UNDELIVERED}
SETTLED = {Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELLED}


@dataclass
class Entry:
    """One message with its attempts; `on` is the record it was typed on, if not the contact."""

    message: Message
    attempts: list[Attempt] = field(default_factory=list)
    on: Record | None = None


@dataclass
class Fate:
    """What becomes of a text. before: attempts that did not leave; blocked: it was never tried."""

    status: Status = Status.DELIVERED
    reason: str = ""
    detail: str = ""
    before: int = 0
    blocked: bool = False


def outbound(
    rng: Random,
    *,
    text: str,
    phone: str,
    number: Number,
    at: datetime,
    fate: Fate | None = None,
    send_after: datetime | None = None,
    on: Record | None = None,
    **more: Any,
) -> Entry:
    """A text of ours, written at `at`. more: fields of Message, such as contact and author."""
    fate = fate or Fate()
    message = _message(rng, text, phone, number, at, direction=Direction.OUTBOUND, **more)
    message.send_after = send_after or at + UNDO
    message.expires_at = message.send_after + SHELF_LIFE
    message.status, message.reason, message.detail = fate.status, fate.reason, fate.detail
    attempts = _attempts(rng, message, fate)
    _date(rng, message, attempts[-1].started_at if attempts else message.send_after)
    return Entry(message, attempts, on)


def inbound(
    rng: Random, *, text: str, phone: str, number: Number, at: datetime, **more: Any
) -> Entry:
    """A text of theirs. more: fields of Message, such as contact, reply_to and read_at."""
    on = more.pop("on", None)
    message = _message(rng, text, phone, number, at, direction=Direction.INBOUND, **more)
    message.origin, message.status = Origin.GATEWAY, Status.RECEIVED
    message.external_id = f"sim-{message.reference}"
    message.send_after = message.updated_at = at
    return Entry(message, on=on)


def _message(
    rng: Random, text: str, phone: str, number: Number, at: datetime, **more: Any
) -> Message:
    size = measure(text)
    return Message(
        reference=_uuid(rng),
        number=number,
        gateway=number.gateway,
        phone=phone,
        text=text,
        encoding=size.encoding,
        segments=size.segments,
        created_at=at,
        **more,
    )


def _attempts(rng: Random, message: Message, fate: Fate) -> list[Attempt]:
    """The ones that did not leave, each twice as long after the one before, and the last one."""
    outcomes = [Attempt.Outcome.NOT_SENT] * fate.before
    if fate.status in OUTCOMES and not fate.blocked:
        outcomes.append(
            Attempt.Outcome.NOT_SENT if fate.reason == "unreachable" else OUTCOMES[fate.status]
        )
    attempts, at = [], message.send_after
    for index, outcome in enumerate(outcomes):
        reason = "unreachable" if outcome == Attempt.Outcome.NOT_SENT else fate.reason
        attempts.append(_attempt(rng, message, index + 1, at, outcome, reason))
        at += timedelta(seconds=15 * 2**index)
    message.attempt_no = len(attempts)
    message.tries = outcomes.count(Attempt.Outcome.NOT_SENT)
    message.claim_token = attempts[-1].claim_token if attempts else None
    return attempts


def _attempt(
    rng: Random, message: Message, attempt_no: int, at: datetime, outcome: str, reason: str
) -> Attempt:
    is_open = outcome == Attempt.Outcome.OPEN
    return Attempt(
        message=message,
        attempt_no=attempt_no,
        claim_token=_uuid(rng),
        started_at=at,
        finished_at=None if is_open else at + timedelta(milliseconds=rng.randint(40, 900)),
        outcome=outcome,
        reason="" if outcome == Attempt.Outcome.ACCEPTED else reason,
        response="" if is_open else "simulated",
    )


def _date(rng: Random, message: Message, last_tried_at: datetime) -> None:
    """The times and the gateway's id that go with its status."""
    status = message.status
    message.updated_at = message.created_at
    if status in ACCEPTED:
        message.sent_at = message.updated_at = last_tried_at + timedelta(seconds=1)
        message.external_id = f"sim{message.phone.lstrip('+')}-{message.reference}"[:64]
        message.price = Decimal(0)
    if status in SETTLED:
        wait = 30 if status == Status.CANCELLED else rng.randint(1, 9)
        start = message.created_at if status == Status.CANCELLED else last_tried_at
        message.settled_at = message.updated_at = start + timedelta(seconds=1 + wait)
    if status == Status.UNCONFIRMED:
        message.updated_at = last_tried_at + timedelta(seconds=20)
    if status == Status.SENDING:
        message.updated_at = last_tried_at
        message.lease_until = last_tried_at + LEASE


def _uuid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
