"""The figures of a period, in a fixed number of queries whatever there is to add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Sum
from django.db.models.functions import Coalesce

from contacts.models.member import NOBODYS
from messaging import caps
from messaging.dashboard.period import Period
from messaging.figures.keeping import COLUMNS
from messaging.models import DailyUse, DayBin, DayFigure, Number
from messaging.wording import person

SUMS = {f"all_{column}": Sum(column) for column in COLUMNS}
WROTE = {
    name: SUMS[name] for name in ("all_accepted", "all_delivered", "all_undelivered", "all_failed")
}


class Tally(Counter[str]):
    """How many texts stand at each status: columns of DayFigure, and what follows from them."""

    @property
    def bad(self) -> int:
        return self["failed"] + self["undelivered"]

    @property
    def open(self) -> int:
        """Sent or perhaps sent, and nothing is known of them yet."""
        return self["sent"] + self["unconfirmed"]

    @property
    def rate(self) -> float | None:
        """The share that was delivered, of those whose end is known; None without reports."""
        if not self["delivered"] + self["undelivered"]:
            return None
        return self["delivered"] / (self["delivered"] + self.bad)


@dataclass(frozen=True, slots=True)
class Use:
    """One of our numbers, and how many of its texts were claimed on its own today."""

    number: Number
    used: int
    href: str

    @property
    def is_full(self) -> bool:
        limit = self.number.daily_limit
        return limit is not None and self.used >= limit


def by_day(period: Period, team: int | None) -> dict[date, Tally]:
    """Of each day that has any."""
    rows = _within(DayFigure, period, team).values("day").annotate(**SUMS)
    return {row["day"]: _tally(row) for row in rows}


def total(days: dict[date, Tally], period: Period) -> Tally:
    """All days of a period together."""
    found = Tally()
    for day, tally in days.items():
        if period.first <= day <= period.last:
            found.update(tally)
    return found


def by_person(period: Period, team: int | None) -> list[tuple[int, str, Tally]]:
    """
    Who wrote, by id and name (0 and "" for nobody of the team), and what became of it; the busiest
    first.
    """
    # Coalesced also so that SQLite starts from the days, not from the index on authors.
    rows = _within(DayFigure, period, team).values(who=Coalesce("author_id", 0)).annotate(**WROTE)
    tallies = {row["who"]: _tally(row) for row in rows}
    names = {user.pk: person(user) for user in User.objects.filter(pk__in=[0, *tallies])}
    people = [(pk, names.get(pk, ""), tally) for pk, tally in tallies.items()]
    wrote = [one for one in people if one[2]["accepted"] + one[2].bad]
    return sorted(wrote, key=lambda one: (-one[2]["accepted"], one[1]))


def bins(period: Period, team: int | None) -> dict[str, Counter[str]]:
    """The histograms of the whole period: kind, key, count."""
    rows = _within(DayBin, period, team)
    found: dict[str, Counter[str]] = {kind: Counter() for kind in DayBin.Kind.values}
    for kind, key, n in rows.values_list("kind", "key").annotate(n=Sum("count")):
        found[kind][key] = n
    return found


def durations_of(keys: Counter[str]) -> dict[int, int]:
    return {int(key): n for key, n in keys.items()}


def uses(now: datetime, today: Period) -> list[Use]:
    """Each active number today, where it counts its days."""
    numbers = list(Number.objects.active())
    days = {number.pk: caps.today(number, now) for number in numbers}
    rows = DailyUse.objects.filter(day__in={now.date(), *days.values()})
    used = {(number, day): n for number, day, n in rows.values_list("number_id", "day", "used")}
    return [
        Use(
            number,
            used.get((number.pk, days[number.pk]), 0),
            today.link(number=number.pk, direction="outbound"),
        )
        for number in numbers
    ]


def _within(model: Any, period: Period, team: int | None) -> Any:
    """team: as contacts.models.member.team_seen() says; None is all of them."""
    rows = model.objects.filter(day__range=(period.first, period.last)).order_by()
    return rows if team is None else rows.filter(team__in={NOBODYS, team})


def _tally(row: dict[str, Any]) -> Tally:
    sums = {name.removeprefix("all_"): n for name, n in row.items() if name.startswith("all_")}
    return Tally(sums)


def most(counts: Iterable[int]) -> int:
    """The greatest, at least 1: what a bar is measured by."""
    return max([1, *counts])
