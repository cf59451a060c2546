"""What a log would bring, told before any of it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from messaging import keywords
from messaging.keywords import Ask
from messaging.text_import import known
from messaging.text_import.reading import Broken, Line, Reader

TOGETHER = 1_000
SHOWN = 20
HERE = "It is here already."
#: Reasons told apart; each bad cell makes one of its own.
MOST = 100
OTHERS = "Another reason: each stands beside its row afterwards."

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
    _alike: Counter[str] = field(default_factory=Counter)
    #: By a digest of each phone when it last asked, in which row, and whether it was for no texts.
    _asked: dict[str, tuple[float, int, bool]] = field(default_factory=dict)

    def place(self, number: int, line: Line) -> int:
        """Its place among those alike; what it asks for is remembered."""
        key = _digest(known.key(line, self.gateway))
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
            phone, at = _digest(line.theirs), line.at.timestamp()
            last = self._asked.get(phone)
            if last is None or last[0] <= at:
                self._asked[phone] = (at, number, ask is not Ask.START)

    @property
    def refusing(self) -> list[int]:
        """The rows with the last word of each phone, if it was STOP."""
        return [number for _, number, refuses in self._asked.values() if refuses]

    def close(self) -> None:
        """After the last row: note whose last word was STOP."""
        for number in self.refusing:
            self.notes.setdefault(number, {})["asked"] = True

    def packed(self) -> dict[str, Any]:
        return {"notes": self.notes, "alike": self._alike, "asked": self._asked}

    @classmethod
    def unpacked(cls, packed: dict[str, Any], gateway: str) -> Plan:
        """Of what `packed` gave, written as JSON and read again; {} of nothing yet."""
        plan = cls(gateway)
        plan.notes = {int(number): note for number, note in packed.get("notes", {}).items()}
        plan._alike = Counter(packed.get("alike", {}))
        asked = packed.get("asked", {})
        plan._asked = {phone: (at, number, no) for phone, (at, number, no) in asked.items()}
        return plan


def _digest(words: str) -> str:
    """Alike in each process, as `hash` is not."""
    return blake2b(words.encode(), digest_size=9).hexdigest()


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
            why = row.why if row.why in self.reasons or len(self.reasons) < MOST else OTHERS
            count, first = self.reasons.get(why, (0, row.number))
            self.reasons[why] = (count + 1, first)
            return
        at = row.line.at
        self.inbound += row.line.is_inbound
        self.outbound += not row.line.is_inbound
        self.first, self.last = min(self.first or at, at), max(self.last or at, at)
        self.ours[row.line.ours] += 1

    def packed(self) -> dict[str, Any]:
        """Without the plan and the rows."""
        days = {"first": self.first and str(self.first), "last": self.last and str(self.last)}
        return {name: getattr(self, name) for name in _COUNTED} | days

    @classmethod
    def unpacked(cls, packed: dict[str, Any], plan: Plan) -> Look:
        """Of what `packed` gave, written as JSON and read again; {} of nothing yet."""
        found = cls(plan)
        for name in _COUNTED & packed.keys():
            setattr(found, name, packed[name])
        found.ours = Counter(found.ours)
        reasons = {why: (count, first) for why, (count, first) in found.reasons.items()}
        found.reasons = dict(sorted(reasons.items(), key=lambda reason: reason[1][1]))
        for name in ("first", "last"):
            if at := packed.get(name):
                setattr(found, name, datetime.fromisoformat(at))
        return found


_COUNTED = {"inbound", "outbound", "ours", "reasons", "refusing"}


def look(rows: Iterable[Numbered], reader: Reader, gateway: str) -> Look:
    """All rows of a log, those below its header."""
    found = Look(Plan(gateway))
    waiting = iter(rows)
    while some := list(islice(waiting, TOGETHER)):
        add(found, some, reader)
    found.plan.close()
    return found


def add(found: Look, rows: list[Numbered], reader: Reader) -> None:
    """The next rows."""
    for start in range(0, len(rows), TOGETHER):
        for row in _seen(rows[start : start + TOGETHER], reader, found.plan):
            found.note(row)
    found.refusing = len(found.plan.refusing)


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
