"""How many texts a number may send in a day: reserved inside the claim, so exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from messaging.models import DailyUse, Message, Number, Status

if TYPE_CHECKING:
    from messaging.outbox.claim import Candidate


def reserve(
    candidates: list[Candidate], numbers: Mapping[int, Number], now: datetime
) -> list[Candidate]:
    """Those that fit into today's allowance of their number; the rest wait until tomorrow."""
    by_number: dict[int, list[Candidate]] = defaultdict(list)
    for row in candidates:
        by_number[row[1]].append(row)
    fits: set[int] = set()
    for number_id, rows in by_number.items():
        allowed = _take(numbers[number_id], len(rows), now)
        fits.update(row[0] for row in rows[:allowed])
        if len(rows) > allowed:
            _postpone([row[0] for row in rows[allowed:]], tomorrow(numbers[number_id], now), now)
    return [row for row in candidates if row[0] in fits]


def give_back(number_ids: Mapping[int, int]) -> None:
    """Return reservations of messages that provably did not leave: number id to how many."""
    now = timezone.now()
    for number in Number.objects.filter(pk__in=number_ids):
        DailyUse.objects.filter(
            number=number, day=today(number, now), used__gte=number_ids[number.pk]
        ).update(used=F("used") - number_ids[number.pk])


def used_today(number: Number, now: datetime | None = None) -> int:
    day = today(number, now or timezone.now())
    row = DailyUse.objects.filter(number=number, day=day).first()
    return row.used if row else 0


def zone_of(number: Number) -> ZoneInfo:
    return ZoneInfo(number.time_zone or settings.TIME_ZONE)


def today(number: Number, now: datetime) -> date:
    """The date it is where the number counts its days."""
    return now.astimezone(zone_of(number)).date()


def tomorrow(number: Number, now: datetime) -> datetime:
    """When its next day begins."""
    next_day = today(number, now) + timedelta(days=1)
    return datetime.combine(next_day, time.min, tzinfo=zone_of(number))


def _take(number: Number, wanted: int, now: datetime) -> int:
    """Reserve up to `wanted` under the row's lock, and say how many were left to take."""
    row, _ = DailyUse.objects.get_or_create(number=number, day=today(number, now))
    row = DailyUse.objects.select_for_update().get(pk=row.pk)
    left = wanted if number.daily_limit is None else max(number.daily_limit - row.used, 0)
    taken = min(wanted, left)
    if taken:
        DailyUse.objects.filter(pk=row.pk).update(used=F("used") + taken)
    return taken


def _postpone(ids: list[int], until: datetime, now: datetime) -> None:
    """Waiting for an allowance does not make a text stale: its shelf life moves along."""
    Message.objects.filter(pk__in=ids, status=Status.QUEUED).update(
        send_after=until,
        expires_at=until + timedelta(hours=24),
        reason="daily_limit",
        updated_at=now,
    )
