"""
Keeping the figures true at little cost.

A day is always counted anew and replaced in one short transaction, never added to: whatever
crashes, the next run ends the same. Which days, each minute:

* those of messages that changed since the last run, and some time before it, because a
  transaction may be committed later than the clock it read;
* those of texts that were deleted, at once;
* one more in turn, the oldest after the newest, so that what left no trace, such as a deletion by
  hand, is found as well. The first round of all, or after TIME_ZONE changed, hurries.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Manager, Q
from django.utils import timezone

from messaging.figures.counting import Bin, Day, Figure, count
from messaging.models import DayBin, DayFigure, FigureState, Message

OVERLAP = timedelta(minutes=15)  # longer than any transaction, and than clocks differ
HURRY_SECONDS = 2.0
COLUMNS = (
    *("waiting", "sent", "delivered", "undelivered", "failed", "unconfirmed"),
    *("cancelled", "received", "accepted"),
)


def fold(now: datetime | None = None) -> None:
    """Bring the figures up to date; safe beside others who do the same."""
    now, zone = now or timezone.now(), _zone()
    state = _state(now, zone)
    for day in _touched(min(state.folded_to, now) - OVERLAP, zone):
        _keep(day, zone)
    FigureState.objects.update(folded_to=now)
    _go_round(state, zone)


def on_delete(instance: Message, **_: Any) -> None:
    """A text was deleted: its day is counted anew once that is committed, and each day once."""
    day = instance.created_at.astimezone(_zone()).date()
    waiting = connection.run_on_commit
    last: Any = waiting[-1] if waiting else None
    if last and isinstance(last[1], _Recount) and last[0] == set(connection.savepoint_ids):
        last[1].days.add(day)
    else:
        transaction.on_commit(_Recount({day}))


@dataclass
class _Recount:
    """Days that lost texts."""

    days: set[date]

    def __call__(self) -> None:
        if FigureState.objects.exists():
            for day in sorted(self.days):
                _keep(day, _zone())


def rebuild(
    now: datetime | None = None, told: Callable[[int, int], None] = lambda done, days: None
) -> int:
    """
    Count every day anew, from the messages alone. Returns how many days there are. told: called
    with how many are counted, and how many there are.
    """
    now, zone = now or timezone.now(), _zone()
    _state(now, zone)
    first, last = _span(zone)
    days = (last - first).days + 1
    for number in range(days):
        _keep(first + timedelta(number), zone)
        told(number + 1, days)
    FigureState.objects.update(folded_to=now, next_day=None, is_complete=True)
    return days


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def _state(now: datetime, zone: ZoneInfo) -> FigureState:
    """How far we are; from the beginning where days begin at another time than before."""
    anew = {"zone": zone.key, "folded_to": now, "next_day": None, "is_complete": False}
    state, _ = FigureState.objects.get_or_create(pk=1, defaults=anew)
    if state.zone != zone.key:
        state, _ = FigureState.objects.update_or_create(pk=1, defaults=anew)
    return state


def _touched(since: datetime, zone: ZoneInfo) -> list[date]:
    """The days of messages that changed, and of replies, whose wait depends on what they answer."""
    changed = Q(updated_at__gte=since)
    days = {
        moment.date()
        for about in (changed, Q(reply_to__updated_at__gte=since))
        for moment in Message.objects.filter(about).datetimes("created_at", "day", tzinfo=zone)
    }
    return sorted(days)


def _go_round(state: FigureState, zone: ZoneInfo) -> None:
    """Count the day whose turn it is; in the first round as many as there is time for."""
    end = time.monotonic() + HURRY_SECONDS
    first, last = _span(zone)
    day, is_complete = state.next_day or first, state.is_complete
    while True:
        _keep(day, zone)
        day += timedelta(1)
        if day > last:
            day, is_complete = first, True
        if is_complete or time.monotonic() > end:
            break
    FigureState.objects.update(next_day=day, is_complete=is_complete)


def _span(zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day that has messages, or figures of messages that were there."""
    days = [moment.astimezone(zone).date() for moment in _edges(Message.objects, "created_at")]
    days += _edges(DayFigure.objects, "day")
    days = days or [timezone.now().astimezone(zone).date()]
    return min(days), max(days)


def _edges(rows: Manager[Any], column: str) -> list[Any]:
    """The least and the greatest: one step into the index each, where SQLite's MIN, MAX scan."""
    values = rows.values_list(column, flat=True)
    return [*values.order_by(column)[:1], *values.order_by(f"-{column}")[:1]]


def _keep(day: date, zone: ZoneInfo) -> None:
    """Count a day, and write it down if it is not what is written."""
    counted = count(day, zone)
    if counted == kept(day):
        return
    with transaction.atomic():
        FigureState.objects.select_for_update().get(pk=1)
        DayFigure.objects.filter(day=day).delete()
        DayBin.objects.filter(day=day).delete()
        DayFigure.objects.bulk_create(_figures(day, counted))
        DayBin.objects.bulk_create(
            DayBin(day=day, **one._asdict(), count=n) for one, n in counted.bins.items()
        )


def kept(day: date) -> Day:
    """What is written down of a day."""
    found = Day()
    for row in DayFigure.objects.filter(day=day).values("number_id", "author_id", "team", *COLUMNS):
        for column in COLUMNS:
            if row[column]:
                found.figures[Figure(row["number_id"], row["author_id"], row["team"], column)] += (
                    row[column]
                )
    bins = DayBin.objects.filter(day=day).values_list(*Bin._fields, "count")
    found.bins.update({Bin(*of): n for *of, n in bins})
    return found


def _figures(day: date, counted: Day) -> list[DayFigure]:
    rows: dict[Figure, DayFigure] = {}
    for figure, n in counted.figures.items():
        of = figure._replace(column="")
        who = {name: getattr(of, name) for name in ("number_id", "author_id", "team")}
        row = rows.setdefault(of, DayFigure(day=day, **who))
        setattr(row, figure.column, n)
    return list(rows.values())
