"""How far a broadcast is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from messaging import queue
from messaging.broadcasts import counting
from messaging.broadcasts.counting import LATELY
from messaging.broadcasts.work import TASK
from messaging.models import Broadcast, Status

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FRESH, TOO_OLD = timedelta(seconds=4), timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Progress:
    """
    Counts of people. rate: texts that left in the last minute. asleep: wait for the morning. first:
    the first recipient of each status; counts that were kept by an older version have none.
    """

    skipped: int
    segments: int
    by_status: dict[str, int]  # a message's status, "" for those without a message yet
    rate: int
    asleep: int
    first: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def waiting(self) -> int:
        return self.of("", Status.QUEUED, Status.SENDING)

    @property
    def done(self) -> int:
        return self.total - self.waiting

    @property
    def is_begun(self) -> bool:
        """Whether there are messages of it."""
        return self.total > self.of("")

    @property
    def delivered(self) -> int:
        return self.of(Status.DELIVERED)

    @property
    def left_words(self) -> str:
        """“40 s”, “12 min”, “3 h”."""
        seconds = int(self.left.total_seconds()) if self.left else 0
        if seconds < 90:
            return f"{seconds} s"
        return f"{seconds // 60} min" if seconds < 5400 else f"{round(seconds / 3600)} h"

    @property
    def failed(self) -> int:
        return self.of(Status.FAILED, Status.UNDELIVERED)

    @property
    def sent(self) -> int:
        """Taken by a gateway, which has told nothing more."""
        return self.of(Status.SENT)

    @property
    def unconfirmed(self) -> int:
        return self.of(Status.UNCONFIRMED)

    @property
    def cancelled(self) -> int:
        return self.of(Status.CANCELLED)

    @property
    def left(self) -> timedelta | None:
        """How long it takes at this rate; None while nobody knows."""
        awake = self.waiting - self.asleep
        return LATELY * (awake / self.rate) if self.rate and awake else None

    def begins(self, *statuses: str) -> int | None:
        """The first recipient of these; None if there is nobody."""
        there = [self.first.get(status, 0) for status in statuses if self.of(status)]
        return min(there, default=None)

    def of(self, *statuses: str) -> int:
        return sum(self.by_status.get(status, 0) for status in statuses)


def progress(broadcast: Broadcast) -> Progress:
    """
    Counted now where that is quick. Of a large one, as a worker counted it a few seconds ago;
    where none did for long, now all the same.
    """
    if counting.is_small(broadcast):
        return Progress(**counting.count(broadcast))
    age = timezone.now() - (broadcast.counted_at or NEVER)
    if age > TOO_OLD:
        counting.keep(broadcast)
    elif age > FRESH and counting.want(broadcast):
        queue.call(TASK)
    return Progress(**broadcast.counts)
