"""Whether texts flow: a heartbeat through the whole queue, and how long the oldest has waited."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from messaging import fence
from messaging.models import GatewayState, Installation, Message, Status

HEARTBEAT_MAX = timedelta(minutes=3)  # the sweep runs each minute
WAIT_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """Ages in seconds; None means never, or nothing is waiting."""

    ok: bool
    heartbeat_age: float | None
    oldest_due_age: float | None
    unconfirmed: int
    paused: list[str]
    locked: bool

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def beat() -> None:
    """The queue ran a task: that is all this says."""
    fence.is_locked()  # makes the row on a new database
    Installation.objects.filter(pk=1).update(heartbeat_at=timezone.now())


def is_beating(now: datetime | None = None) -> bool:
    """Whether the queue runs what it is given."""
    age = _heartbeat_age(now or timezone.now())
    return age is not None and age <= HEARTBEAT_MAX


def _heartbeat_age(now: datetime) -> timedelta | None:
    row = Installation.objects.filter(pk=1).first()
    return now - row.heartbeat_at if row and row.heartbeat_at else None


def look(now: datetime | None = None) -> Health:
    """How we are. Waiting for a paused gateway is not illness: people are told elsewhere."""
    now = now or timezone.now()
    paused = list(GatewayState.objects.exclude(paused_at=None).values_list("pk", flat=True))
    due = Message.objects.due(now).filter(number__active=True).exclude(number__gateway__in=paused)
    oldest = due.values_list("send_after", flat=True).first()
    beat_age = _heartbeat_age(now)
    due_age = now - oldest if oldest else None
    locked = fence.is_locked()
    return Health(
        ok=is_beating(now) and (due_age is None or due_age <= WAIT_MAX) and not locked,
        heartbeat_age=_seconds(beat_age),
        oldest_due_age=_seconds(due_age),
        unconfirmed=Message.objects.filter(status=Status.UNCONFIRMED).count(),
        paused=paused,
        locked=locked,
    )


def _seconds(age: timedelta | None) -> float | None:
    return None if age is None else round(age.total_seconds(), 1)
