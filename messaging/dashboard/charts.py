"""
Bars as an SVG needs them: everything in per cent of its box, so that text keeps its size and
nothing needs a style attribute. The words of each bar are its accessible name and its tooltip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

from messaging.dashboard.period import Period
from messaging.dashboard.reading import Tally, most, total

FEW, LABELS = 7, 5  # bars that all have a label; labels of more bars: what a phone has room for
STEPS = [digit * 10**power for power in range(10) for digit in (1, 2, 5)]
TICKS = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle: its class, and in per cent where it begins from above and how high it is."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One place on the axis: its name, what is told of it, its pieces, its row, its texts."""

    label: str
    name: str
    told: str
    pieces: tuple[Piece, ...]
    cells: tuple[tuple[str, int, str], ...]  # heading, figure, link or ""
    href: str = ""
    is_labelled: bool = True
    side: str = ""  # "early" or "late" in the outer thirds, where a tooltip keeps inside

    @property
    def words(self) -> str:
        return f"{self.name}: {self.told}"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars before an axis, whose ticks go from the top to 0."""

    ticks: tuple[str, ...]
    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, str], ...]  # kind, words
    axis: str
    headings: tuple[str, ...]


def scale(highest: int) -> list[int]:
    """Round ticks from 0 to the first that is not below the highest figure."""
    step = next(step for step in STEPS if highest <= step * TICKS)
    return list(range(0, highest + step, step))


def stack(parts: Sequence[tuple[str, int]], top: int) -> tuple[Piece, ...]:
    """Parts on top of each other, the first at the foot; what is 0 has no piece."""
    pieces: list[Piece] = []
    so_far = 0
    for kind, n in parts:
        so_far += n
        if n:
            pieces.append(Piece(kind, round(100 - 100 * so_far / top, 2), round(100 * n / top, 2)))
    return tuple(pieces)


def days_chart(days: dict[date, Tally], period: Period) -> Chart:
    """What was written and received, by day or week, and what became of it."""
    spans = [(span, total(days, span)) for span in period.spans]
    highest = most(max(t["delivered"] + t.open + t.bad, t["received"]) for _, t in spans)
    ticks = scale(highest)
    every = 1 if len(spans) <= FEW else ceil(len(spans) / LABELS)
    bars = [
        _day(span, tally, ticks[-1], is_labelled=(len(spans) - 1 - index) % every == 0)
        for index, (span, tally) in enumerate(spans)
    ]
    legend = [
        ("delivered", "Delivered"),
        ("open", "Sent, no report yet"),
        ("bad", "Failed"),
        ("received", "Received"),
    ]
    return _chart(ticks, bars, legend, "Day" if len(spans) == period.days else "Days")


def _day(span: Period, tally: Tally, top: int, *, is_labelled: bool) -> Bar:
    sent = [("delivered", tally["delivered"]), ("open", tally.open), ("bad", tally.bad)]
    cells = tuple(
        (words, n, span.texts(**{name: value}) if n else "")
        for words, n, name, value in _row(tally)
    )
    told = ", ".join(f"{n:,} {words.lower()}" for words, n, _ in cells if n) or "no texts"
    pieces = stack(sent, top) + stack([("received", tally["received"])], top)
    return Bar(span.label, span.words, told, pieces, cells, span.texts(), is_labelled)


def _row(tally: Tally) -> list[tuple[str, int, str, str]]:
    """A day's row: heading, figure, and by which filter its texts are found."""
    headings = {
        "delivered": "Delivered",
        "sent": "Sent",
        "unconfirmed": "Unconfirmed",
        "undelivered": "Not delivered",
        "failed": "Failed",
    }
    row = [(words, tally[status], "status", status) for status, words in headings.items()]
    return [*row, ("Received", tally["received"], "direction", "inbound")]


def hours_chart(sent: dict[str, int], received: dict[str, int]) -> Chart:
    """At which hour of the day texts left and came."""
    ticks = scale(most([*sent.values(), *received.values()]))
    keys = enumerate(map(str, range(24)))
    bars = [_hour(hour, sent.get(k, 0), received.get(k, 0), ticks[-1]) for hour, k in keys]
    return _chart(ticks, bars, [("delivered", "Sent"), ("received", "Received")], "Hour")


def _hour(hour: int, sent: int, received: int, top: int) -> Bar:
    pieces = stack([("delivered", sent)], top) + stack([("received", received)], top)
    cells = (("Sent", sent, ""), ("Received", received, ""))
    told = f"{sent:,} sent, {received:,} received"
    name = f"{hour:02}:00 to {hour + 1:02}:00"
    return Bar(f"{hour:02}", name, told, pieces, cells, is_labelled=hour % 3 == 0)


def _chart(ticks: list[int], bars: list[Bar], legend: list[tuple[str, str]], axis: str) -> Chart:
    words = [_short(tick) for tick in reversed(ticks)]
    third = len(bars) // 3
    sides = ["early"] * third + [""] * (len(bars) - 2 * third) + ["late"] * third
    placed = tuple(replace(bar, side=side) for bar, side in zip(bars, sides, strict=True))
    headings = tuple(heading for heading, _, _ in bars[0].cells)
    return Chart(tuple(words), placed, tuple(legend), axis, headings)


def _short(tick: int) -> str:
    """As narrow as the axis: "1,000", "10k"; ticks of that size are whole thousands."""
    return f"{tick:,}" if tick < 10_000 else f"{tick // 1000:,}k"
