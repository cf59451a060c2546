"""
How much may be sent: by a number and by a user in a day, by everybody in a month.

Reserved inside the claim, under locks, so exact however many send at once. What provably did not
leave is given back. The answer to STOP counts, but is not kept waiting by the month's limit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from messaging.models import DailyUse, Message, Number, Status, Usage

if TYPE_CHECKING:
    from messaging.candidates import Candidate, Sender

SHELF_LIFE = timedelta(hours=24)

# Plain SQL, because every batch of texts passes here.
_ADD_DAY = "UPDATE messaging_dailyuse SET used = used + %s WHERE number_id = %s AND day = %s"
_ADD_PERIOD = "UPDATE messaging_usage SET used = used + %s WHERE scope = %s AND period = %s"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one text uses. number: 0 where scope says whose it is. until: when the next begins."""

    number: int
    scope: str
    period: date
    limit: int | None = field(compare=False)
    until: datetime = field(compare=False)
    reason: str = field(default="daily_limit", compare=False)

    def keeps(self, row: Candidate) -> bool:
        """Whether this text has to wait when nothing is left of it."""
        return bool(self.number) or not row.is_confirmation


def reserve(
    candidates: list[Candidate], numbers: Mapping[int, Sender], now: datetime
) -> list[Candidate]:
    """Those that fit into every allowance they use; the rest wait until the next one begins."""
    alike = cache(lambda number, author: _uses(numbers[number], author, now))
    uses = [alike(row.number_id, row.author_id) for row in candidates]
    fits, waits = _fitting(list(zip(candidates, uses, strict=True)))
    taken: Counter[Allowance] = Counter()
    for mine, count in Counter(alike(row.number_id, row.author_id) for row in fits).items():
        taken.update(dict.fromkeys(mine, count))
    for one in sorted(taken, key=_turn):
        _take(one, taken[one])
    for one, ids in waits.items():
        _postpone(ids, one, now)
    return fits


def _fitting(
    rows: list[tuple[Candidate, tuple[Allowance, ...]]],
) -> tuple[list[Candidate], dict[Allowance, list[int]]]:
    """Those that fit, and by allowance those that have to wait for it."""
    limited = {one for mine in {mine for _, mine in rows} for one in mine if one.limit is not None}
    if not limited:
        return [row for row, _ in rows], {}
    left, taken = _left(limited), Counter[Allowance]()
    waits: dict[Allowance, list[int]] = defaultdict(list)
    fits = []
    for row, mine in rows:
        full = next((one for one in mine if _is_full(one, taken, left) and one.keeps(row)), None)
        if full:
            waits[full].append(row.pk)
        else:
            fits.append(row)
            taken.update(mine)
    return fits, waits


@transaction.atomic
def give_back(message_ids: Iterable[int], claimed_at: datetime) -> None:
    """Return what was reserved for messages that provably did not leave."""
    rows = Message.objects.filter(pk__in=list(message_ids)).select_related("number")
    back: Counter[Allowance] = Counter()
    for row in rows:
        back.update(_uses(row.number, row.author_id, claimed_at))
    for one in sorted(back, key=_turn):
        _rows(one).filter(used__gte=back[one]).update(used=F("used") - back[one])


def used_today(number: Number, now: datetime | None = None) -> int:
    day = today(number, now or timezone.now())
    row = DailyUse.objects.filter(number=number, day=day).first()
    return row.used if row else 0


def zone_of(number: Number | Sender) -> ZoneInfo:
    return ZoneInfo(number.time_zone or settings.TIME_ZONE)


def today(number: Number | Sender, now: datetime) -> date:
    """The date it is where the number counts its days."""
    return now.astimezone(zone_of(number)).date()


def tomorrow(number: Number | Sender, now: datetime) -> datetime:
    """When its next day begins."""
    return _midnight(today(number, now) + timedelta(days=1), zone_of(number))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _uses(number: Number | Sender, author: int | None, now: datetime) -> tuple[Allowance, ...]:
    """The allowances of a text: its number's, its author's, everybody's."""
    day = today(number, now)
    uses = [Allowance(number.pk, "", day, number.daily_limit, tomorrow(number, now))]
    zone = ZoneInfo(settings.TIME_ZONE)
    day = now.astimezone(zone).date()
    if settings.USER_DAILY_LIMIT and author:
        until = _midnight(day + timedelta(days=1), zone)
        scope = f"user:{author}"
        uses.append(Allowance(0, scope, day, settings.USER_DAILY_LIMIT, until))
    if settings.ORG_MONTHLY_LIMIT:
        first = day.replace(day=1)
        until = _midnight((first + timedelta(days=32)).replace(day=1), zone)
        uses.append(Allowance(0, "all", first, settings.ORG_MONTHLY_LIMIT, until, "monthly_limit"))
    return tuple(uses)


def _turn(one: Allowance) -> tuple[Any, ...]:
    """The order in which everybody takes the locks: those first that are read before."""
    return one.limit is None, one.number, one.scope, one.period


def _left(limited: Iterable[Allowance]) -> dict[Allowance, int]:
    """Lock the rows of these, and say how many texts more fit into each."""
    return {one: one.limit - _used(one) for one in sorted(limited, key=_turn) if one.limit}


def _is_full(one: Allowance, taken: Counter[Allowance], left: Mapping[Allowance, int]) -> bool:
    return one.limit is not None and taken[one] >= left.get(one, 0)


def _used(one: Allowance) -> int:
    """Locks the row. There is one from the first text of a period on."""
    locked = _rows(one).select_for_update().values_list("used", flat=True)
    used: int | None = locked.first()
    if used is None:
        _make(one)
        used = locked.get()
    return used


def _take(one: Allowance, count: int) -> None:
    if not _add(one, count):
        _make(one)
        _add(one, count)


def _add(one: Allowance, count: int) -> int:
    """How many rows it was added to: one, or none where the period has none yet."""
    day = connection.ops.adapt_datefield_value(one.period)
    with connection.cursor() as cursor:
        if one.number:
            cursor.execute(_ADD_DAY, (count, one.number, day))
        else:
            cursor.execute(_ADD_PERIOD, (count, one.scope, day))
        return int(cursor.rowcount)


def _make(one: Allowance) -> None:
    if one.number:
        DailyUse.objects.get_or_create(number_id=one.number, day=one.period)
    else:
        Usage.objects.get_or_create(scope=one.scope, period=one.period)


def _rows(one: Allowance) -> Any:
    if one.number:
        return DailyUse.objects.filter(number_id=one.number, day=one.period)
    return Usage.objects.filter(scope=one.scope, period=one.period)


def _postpone(ids: list[int], one: Allowance, now: datetime) -> None:
    """Waiting for an allowance does not make a text stale: its shelf life moves along."""
    Message.objects.filter(pk__in=ids, status=Status.QUEUED).update(
        send_after=one.until,
        expires_at=one.until + SHELF_LIFE,
        reason=one.reason,
        updated_at=now,
    )
