"""Between which hours a text may reach somebody: as people chose, else TEXTING_HOURS."""

from __future__ import annotations

import time as clock
from datetime import time
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from messaging import queue
from messaging.models import Installation, Message, Status

LONGEST = 5.0  # seconds in which another process may still go by the hours before

_kept: tuple[str | None, float] = (None, float("-inf"))  # what was chosen, and when it was read


def window() -> tuple[time, time] | None:
    """From and until, by the recipient's clock; None: at any hour."""
    chosen = _chosen()
    return parse(settings.TEXTING_HOURS if chosen is None else chosen)


@lru_cache(maxsize=8)
def parse(hours: str) -> tuple[time, time] | None:
    """ "08:00-21:00" as two times; None for "" or for equal ones: always. Raises ValueError."""
    if not hours.strip():
        return None
    start, end = (time.fromisoformat(part.strip()) for part in hours.split("-"))
    return None if start == end else (start, end)


@transaction.atomic
def choose(hours: str) -> None:
    """From now on these ("08:00-21:00", "": always); what waits is judged anew."""
    Installation.objects.filter(pk=1).update(texting_hours=hours)
    now = timezone.now()
    waiting = Message.objects.filter(status=Status.QUEUED, reason="quiet_hours")
    waiting.update(send_after=now, updated_at=now)
    transaction.on_commit(lambda: remember(hours))
    queue.ring()


def remember(chosen: str | None) -> None:
    """Go by these in this process, without asking the database, for a while."""
    global _kept
    _kept = chosen, clock.monotonic()


def _chosen() -> str | None:
    chosen, read_at = _kept
    if clock.monotonic() - read_at > LONGEST:
        row = Installation.objects.filter(pk=1).values_list("texting_hours", flat=True)
        chosen = row.first()
        remember(chosen)
    return chosen
