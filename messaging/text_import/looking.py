"""What a log would bring, told before any of it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from messaging import keywords
from messaging.keywords import Ask
from messaging.text_import import known
from messaging.text_import.reading import Broken, Line, Reader

TOGETHER = 1_000
SHOWN = 20
HERE = "It is here already."

#: A row of the file: its number and its cells.
Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A row: its text, unless it cannot be read, and why it would be skipped, if it would."""

    number: int
    line: Line | None
    why: str


@dataclass(slots=True)
class Plan:
    """What no row says alone, for the worker: by its number, what stands in its `before`."""

    gateway: str
    notes: dict[int, dict[str, Any]] = field(default_factory=dict)
    _alike: Counter[int] = field(default_factory=Counter)
    _asked: dict[str, tuple[datetime, int, Ask]] = field(default_factory=dict)

    def place(self, number: int, line: Line) -> int:
        """Its place among those alike; what it asks for is remembered."""
        key = hash(known.key(line, self.gateway))
        place = self._alike[key]
        self._alike[key] += 1
        if place:
            self.notes[number] = {"place": place}
        self._hear(number, line)
        return place

    def _hear(self, number: int, line: Line) -> None:
        """The last time each phone asked to be texted, or not."""
        ask = keywords.read(line.text) if line.is_inbound else None
        if ask in {Ask.STOP, Ask.MAYBE_STOP, Ask.START}:
            last = self._asked.get(line.theirs)
            if last is None or last[0] <= line.at:
                self._asked[line.theirs] = (line.at, number, ask)

    def close(self) -> int:
        """Note whose last word was STOP; how many they are."""
        refusing = [number for _, number, ask in self._asked.values() if ask is not Ask.START]
        for number in refusing:
            self.notes.setdefault(number, {})["asked"] = True
        return len(refusing)


@dataclass(slots=True)
class Look:
    """
    inbound, outbound: how many texts would be stored, from `first` to `last`, with which numbers of
    `ours`; reasons: why rows are skipped, how many and which is the first; rows: the first ones.
    """

    plan: Plan
    inbound: int = 0
    outbound: int = 0
    first: datetime | None = None
    last: datetime | None = None
    ours: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    rows: list[Seen] = field(default_factory=list)
    refusing: int = 0  # phones whose last word was STOP

    @property
    def here(self) -> int:
        return self.reasons.get(HERE, (0, 0))[0]

    @property
    def skipped(self) -> int:
        return sum(count for count, _ in self.reasons.values())

    def note(self, row: Seen) -> None:
        if len(self.rows) < SHOWN:
            self.rows.append(row)
        if row.why or row.line is None:
            count, first = self.reasons.get(row.why, (0, row.number))
            self.reasons[row.why] = (count + 1, first)
            return
        at = row.line.at
        self.inbound += row.line.is_inbound
        self.outbound += not row.line.is_inbound
        self.first, self.last = min(self.first or at, at), max(self.last or at, at)
        self.ours[row.line.ours] += 1


def look(rows: Iterable[Numbered], reader: Reader, gateway: str) -> Look:
    """All rows of a log, those below its header."""
    found = Look(Plan(gateway))
    waiting = iter(rows)
    while some := list(islice(waiting, TOGETHER)):
        for row in _seen(some, reader, found.plan):
            found.note(row)
    found.refusing = found.plan.close()
    return found


def _seen(rows: list[Numbered], reader: Reader, plan: Plan) -> Iterator[Seen]:
    read = [(number, *_understood(cells, reader)) for number, cells in rows]
    placed = [(line, plan.place(number, line)) for number, line, _ in read if line]
    are_here = iter(known.here(placed, plan.gateway))
    for number, line, why in read:
        yield Seen(number, line, HERE if line and next(are_here) else why)


def _understood(cells: list[str], reader: Reader) -> tuple[Line | None, str]:
    try:
        return reader.understand(cells), ""
    except Broken as problem:
        return None, str(problem)
