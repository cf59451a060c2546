"""The figures in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_date

from messaging.dashboard.period import Period
from messaging.dashboard.reading import Tally, durations_of, most, total
from messaging.figures import durations
from messaging.gateways.reasons import SENTENCES, UNSAID, UNSAID_SENTENCE
from messaging.models import DayBin

NOBODY = "Nobody of the team"
REASONS = 8  # the commonest; a dashboard is no list


@dataclass(frozen=True, slots=True)
class Stat:
    """A big number: its name, the texts behind it, a note with its colour, what it consists of."""

    name: str
    figure: str
    href: str = ""
    note: str = ""
    tone: str = "muted"
    aside: str = ""
    parts: tuple[tuple[str, str], ...] = ()  # words, the texts behind them


@dataclass(frozen=True, slots=True)
class Reason:
    """Why texts failed, how many, and how long the longest of these bars is."""

    words: str
    href: str
    count: int
    most: int

    @property
    def figure(self) -> str:
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    href: str
    sent: str
    rate: str
    failed: str


def stats(
    days: dict[date, Tally], period: Period, histograms: dict[str, Counter[str]]
) -> list[Stat]:
    """Sent, delivered, failed, received."""
    now, before = total(days, period), total(days, period.before)
    return [
        Stat("Sent", f"{now['accepted']:,}", period.texts(left="yes"), *_more(now, before)),
        Stat(
            "Delivered",
            share(now.rate),
            period.texts(status="delivered"),
            *_points(now, before),
            _median(histograms[DayBin.Kind.DELIVERY], "Usually within", "no delivery yet"),
        ),
        Stat("Failed", f"{now.bad:,}", "", *_worst(days, period), parts=_bad(now, period)),
        Stat(
            "Received",
            f"{now['received']:,}",
            period.texts(direction="inbound"),
            _median(histograms[DayBin.Kind.REPLY], "First reply after", "No replies yet"),
        ),
    ]


def reasons(counts: Counter[str], period: Period) -> list[Reason]:
    """The commonest first, in plain words; what we have no words for goes together."""
    said: Counter[str] = Counter()
    for key, n in counts.items():
        said[key if key in SENTENCES else UNSAID] += n
    return [
        Reason(
            SENTENCES.get(key, UNSAID_SENTENCE), period.texts(reason=key), n, most(said.values())
        )
        for key, n in said.most_common(REASONS)
    ]


def people(rows: list[tuple[int, str, Tally]], period: Period) -> list[Person]:
    return [
        Person(
            name or NOBODY,
            period.texts(author=pk, direction="outbound"),
            f"{tally['accepted']:,}",
            share(tally.rate),
            f"{tally.bad:,}",
        )
        for pk, name, tally in rows
    ]


def share(rate: float | None) -> str:
    """ "92.1%", "100%"; a dash where nothing is known."""
    return "–" if rate is None else f"{rate * 100:.1f}".removesuffix(".0") + "%"


def _more(now: Tally, before: Tally) -> tuple[str, str]:
    """Compared with the period before: the words and their colour."""
    sent, then = now["accepted"], before["accepted"]
    if not then:
        return "None in the days before", "muted"
    change = round(100 * (sent - then) / then)
    if not change:
        return "As many as before", "muted"
    return f"{abs(change):,}% {'more' if change > 0 else 'fewer'} than before", (
        "good" if change > 0 else "muted"
    )


def _points(now: Tally, before: Tally) -> tuple[str, str]:
    if now.rate is None:
        return "No delivery reports yet", "muted"
    if before.rate is None:
        return "None in the days before", "muted"
    points = round(100 * (now.rate - before.rate), 1)
    if not points:
        return "As before", "muted"
    size = f"{abs(points):g} point{'' if abs(points) == 1 else 's'}"
    return f"{size} {'higher' if points > 0 else 'lower'}", ("good" if points > 0 else "bad")


def _bad(now: Tally, period: Period) -> tuple[tuple[str, str], ...]:
    """Two statuses that Communications shows one at a time."""
    words = {"failed": "failed", "undelivered": "not delivered"}
    return tuple(
        (f"{now[status]:,} {said}", period.texts(status=status))
        for status, said in words.items()
        if now[status]
    )


def _worst(days: dict[date, Tally], period: Period) -> tuple[str, str]:
    failed = {day: t.bad for day, t in days.items() if period.first <= day <= period.last and t.bad}
    if not failed:
        return "None at all", "good"
    day = max(failed, key=lambda one: (failed[one], one))
    number = f"{failed[day]:,}" if failed[day] > 1 else "Last"
    return f"{number} on {format_date(day, 'j F')}", "bad"


def _median(counts: Counter[str], lead: str, nothing: str) -> str:
    seconds = durations.median(durations_of(counts))
    return nothing if seconds is None else f"{lead} {durations.words(seconds)}"
