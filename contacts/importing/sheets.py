"""
The XML inside an XLSX (ECMA-376, part 1, chapter 18), read as a stream: whatever a part holds,
no more than a row of it is kept, and what no person would have typed ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any
from xml.parsers import expat

from contacts.importing.limits import LONGEST_CELL, MOST_COLUMNS, Unreadable

MOST_ELEMENTS = 6_000_000  # of one part
PIECE = 1 << 18  # bytes; a cell's longest text is shorter, so a tag begins in any two together
_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")
BOMB = "This workbook unpacks to far more than people fill in: save it as CSV, and choose that."
WIDE = f"More than {MOST_COLUMNS} columns: leave out those that nobody needs."


class Part:
    """Hears of each element; a part's own class says what it makes of them."""

    def __init__(self) -> None:
        self.elements = 0

    def read(self, file: IO[bytes]) -> Iterator[None]:
        """Piece after piece, so that whoever reads may stop. Raises Unreadable, ExpatError."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._refuse
        gap = 0
        while piece := file.read(PIECE):
            gap = 0 if b"<" in piece else gap + 1
            if gap > 1:
                self._refuse()
            parser.Parse(piece)
            yield
        parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            self._refuse()
        self.start(name.rpartition(":")[2], attributes)

    def _refuse(self, *_: Any) -> None:
        raise Unreadable(BOMB)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        pass

    def text(self, words: str) -> None:
        pass


class Elements(Part):
    """All elements of a small part: found is (path of names, attributes) for each."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        self.found.append(("/".join(self.path[-2:]), attributes))
        if len(self.found) > 200_000 or len(self.path) > 200:
            self._refuse()

    def end(self, name: str) -> None:
        self.path.pop()


class Strings(Part):
    """The texts that cells name by their place; without the pronunciation beside them (rPh)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._words: list[str] = []
        self._is_text = self._is_sound = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._words = []
        elif name == "rPh":
            self._is_sound = True
        self._is_text = name == "t" and not self._is_sound

    def end(self, name: str) -> None:
        self._is_text = False
        if name == "rPh":
            self._is_sound = False
        elif name == "si":
            self.found.append(decoded("".join(self._words)))

    def text(self, words: str) -> None:
        if self._is_text:
            self._words.append(words)


class Filled(Part):
    """Whether a sheet holds anything."""

    is_filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_filled = self.is_filled or name in {"v", "t"}


class Sheet(Part):
    """Rows of words. dates: the styles that make a number a moment; epoch: its day zero."""

    def __init__(self, strings: list[str], dates: set[str], epoch: datetime) -> None:
        super().__init__()
        self.strings, self.dates, self.epoch = strings, dates, epoch
        self.rows: list[list[str]] = []
        self._row: list[str] = []
        self._place, self._kind, self._style = 0, "", ""
        self._words: list[str] = []
        self._is_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._place = _column(attributes.get("r", "")) or self._place + 1
            self._words = []
        elif name == "row":
            self._row, self._place = [], 0
        self._is_value = name in {"v", "t"}

    def end(self, name: str) -> None:
        self._is_value = False
        if name == "c" and self._words:
            self._keep("".join(self._words))
        elif name == "row" and self._row:
            self.rows.append(self._row)
            self._row = []

    def text(self, words: str) -> None:
        if self._is_value:
            self._words.append(words)

    def _keep(self, value: str) -> None:
        if self._place > MOST_COLUMNS:
            raise Unreadable(WIDE)
        self._row += [""] * (self._place - len(self._row))
        self._row[self._place - 1] = self._shown(value)
        self._words = []

    def _shown(self, value: str) -> str:
        """What a cell holds, as a person would type it."""
        match self._kind:
            case "s":
                return self.strings[_place(value)]
            case "n":
                is_moment = self._style in self.dates
                return moment(value, self.epoch) if is_moment else number(value)
            case "b":
                return "yes" if value == "1" else "no"
            case "e":  # #N/A and its kin
                return ""
        return decoded(value)


def decoded(text: str) -> str:
    """Without Excel’s codes for characters, such as _x000D_ (ECMA-376, 22.9.2.19)."""
    return _CODE.sub(lambda code: chr(int(code[1], 16)), text)[:LONGEST_CELL]


def _column(reference: str) -> int:
    """AB7 is 28; 0 where it does not say."""
    place = 0
    for char in reference[:4]:
        if not "A" <= char <= "Z":
            break
        place = place * 26 + ord(char) - 64
    return place


def _place(value: str) -> int:
    """Raises ValueError for what is no place in a list; -1 would be its end."""
    if not value.isdecimal():
        raise ValueError
    return int(value)


def number(value: str) -> str:
    """2125550123 also where it is kept as 2.125550123E9."""
    if value.isdecimal():
        return value
    found = float(value)
    return str(int(found)) if found.is_integer() and abs(found) < 1e15 else str(found)


def moment(value: str, epoch: datetime) -> str:
    """A day, with the time where it has one; a time alone below 1."""
    days = float(value)
    try:
        at = epoch + timedelta(seconds=round(days * 86_400))
    except (OverflowError, ValueError):
        return number(value)
    if 0 <= days < 1:
        return at.time().isoformat()
    return at.isoformat(" ").removesuffix(" 00:00:00")
