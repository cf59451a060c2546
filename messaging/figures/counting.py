"""
One day's texts, added up: one scan of the day by the index on created_at. Calls are left out:
whether somebody picked up is another thing than whether a text arrived.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Min

from messaging.figures import durations
from messaging.models import Channel, DayBin, Direction, Message, Status

Kind = DayBin.Kind

#: Which column of DayFigure a status counts in; the others have one of their own.
COLUMN = {Status.QUEUED: "waiting", Status.SENDING: "waiting"}
BAD = (Status.FAILED, Status.UNDELIVERED)


class Figure(NamedTuple):
    """Whose texts with whose contacts, and in which column of DayFigure they count."""

    number_id: int
    author_id: int | None
    team: int
    column: str


class Bin(NamedTuple):
    kind: str
    key: str
    team: int


@dataclass
class Day:
    """A day's figures and histograms; two of them are equal if every count is."""

    figures: Counter[Figure] = field(default_factory=Counter)
    bins: Counter[Bin] = field(default_factory=Counter)


class Row(NamedTuple):
    """What of a message is counted."""

    number_id: int
    author_id: int | None
    contact__team: int | None
    status: str
    reason: str
    created_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments when a day begins and ends."""
    start, end = (datetime.combine(d, time.min, tzinfo=zone) for d in (day, day + timedelta(1)))
    return start, end


def count(day: date, zone: ZoneInfo) -> Day:
    """The day as its texts are now. Three queries."""
    start, end = bounds(day, zone)
    texts = Message.objects.filter(channel=Channel.SMS).order_by()
    rows = texts.filter(created_at__gte=start, created_at__lt=end)
    found = Day()
    for row in rows.values_list(*Row._fields).iterator(chunk_size=5_000):
        _add(found, Row(*row), zone)
    for waited, team in _first_replies(start, end):
        found.bins[Bin(Kind.REPLY, str(durations.bin_of(waited.total_seconds())), team)] += 1
    return found


def _add(day: Day, row: Row, zone: ZoneInfo) -> None:
    team = row.contact__team or 0
    who = row.number_id, row.author_id, team
    day.figures[Figure(*who, COLUMN.get(Status(row.status), row.status))] += 1
    if row.status == Status.RECEIVED:
        day.bins[Bin(Kind.RECEIVED_HOUR, str(row.created_at.astimezone(zone).hour), team)] += 1
        return
    if row.status in BAD:
        day.bins[Bin(Kind.REASON, row.reason, team)] += 1
    if row.sent_at is None:
        return
    day.figures[Figure(*who, "accepted")] += 1
    day.bins[Bin(Kind.SENT_HOUR, str(row.sent_at.astimezone(zone).hour), team)] += 1
    if row.status == Status.DELIVERED and row.settled_at:
        seconds = (row.settled_at - row.sent_at).total_seconds()
        day.bins[Bin(Kind.DELIVERY, str(durations.bin_of(seconds)), team)] += 1


def _first_replies(start: datetime, end: datetime) -> list[tuple[timedelta, int]]:
    """
    How long each text that got its first reply that day had waited for it, and its contact's team.
    First is the one that was stored first, so that a reply which comes in late never changes
    another day.
    """
    replies = Message.objects.filter(direction=Direction.INBOUND, reply_to__isnull=False).order_by()
    came = replies.filter(created_at__gte=start, created_at__lt=end)
    # Not an EXISTS for each: on a wrong guess SQLite would read the whole table as often.
    answered = replies.filter(reply_to__in=came.values("reply_to"))
    first = set(
        answered.values("reply_to").annotate(first=Min("pk")).values_list("first", flat=True)
    )
    asked = came.filter(reply_to__channel=Channel.SMS)
    times = asked.values_list("pk", "created_at", "reply_to__sent_at", "contact__team")
    return [
        (at - asked_at, team or 0) for pk, at, asked_at, team in times if asked_at and pk in first
    ]
