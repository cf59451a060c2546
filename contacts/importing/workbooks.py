"""
Excel's XLSX: the first sheet that holds anything.

A workbook is a ZIP of XML. Some kilobytes may unpack to gigabytes, so its parts are measured
before any is opened, and read as a stream. openpyxl, which tests compare us with, takes three
times as long, holds whole rows as elements and follows row numbers to the end of the world
(3.1.5, November 2026): two kilobytes kept it busy for minutes.
"""

from __future__ import annotations

import posixpath
import re
import time
import zlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from contacts.importing.limits import Unreadable
from contacts.importing.sheets import BOMB, Elements, Filled, Part, Sheet, Strings

MOST_UNPACKED = 250_000_000  # bytes, of all parts
MOST_RATIO = 200  # unpacked to packed; sheets of real people have 5 to 30
SMALL = 5_000_000  # bytes that no ratio makes dangerous
MOST_PARTS = 2_000
LONGEST = 20  # seconds of a processor to read it

#: Numbers of the formats that Excel has built in for days and times (ECMA-376, 18.8.30).
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DAMAGED = "This workbook cannot be read: open it, save it as XLSX or CSV, and choose that file."
_BROKEN = (
    *(BadZipFile, ExpatError, zlib.error, KeyError, IndexError, ValueError, EOFError),
    *(NotImplementedError, RuntimeError, OSError),
)


def rows(raw: bytes) -> Iterator[list[str]]:
    """Every row's cells as words. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(raw)) as parts:
            _measure(parts, len(raw))
            yield from Workbook(parts).rows()
    except Unreadable:
        raise
    except _BROKEN as error:
        raise Unreadable(_DAMAGED) from error


def unread(raw: bytes) -> list[str]:
    """The names of the sheets, behind the one that is read, that hold anything too."""
    try:
        with ZipFile(BytesIO(raw)) as parts:
            _measure(parts, len(raw))
            return Workbook(parts).filled()[1:]
    except (Unreadable, *_BROKEN):
        return []


def _measure(parts: ZipFile, size: int) -> None:
    """Raises Unreadable for what would unpack to too much. No part unpacks to more than it says."""
    unpacked = sum(part.file_size for part in parts.infolist())
    is_dense = unpacked > SMALL and unpacked > MOST_RATIO * size
    if len(parts.infolist()) > MOST_PARTS or unpacked > MOST_UNPACKED or is_dense:
        raise Unreadable(BOMB)
    if "[Content_Types].xml" not in parts.namelist():
        raise Unreadable("This is no XLSX workbook: save it as XLSX or as CSV first.")


class Workbook:
    """Which part is what, by the relations between them."""

    def __init__(self, parts: ZipFile) -> None:
        self.parts = parts
        self.end = time.thread_time() + LONGEST
        self.main = self._related("")["officeDocument"][0]
        self.related = self._related(self.main)
        self.main_elements = self._elements(self.main)

    def rows(self) -> Iterator[list[str]]:
        strings = self._strings()
        for name in self._sheets():
            sheet = Sheet(strings, self._dates(), self._epoch())
            is_empty = True
            for _ in self._read(sheet, name):
                found, sheet.rows = sheet.rows, []
                is_empty = is_empty and not any(map(any, found))
                yield from found
            if not is_empty:
                return

    def filled(self) -> list[str]:
        """The names of those that hold anything, as people see them."""
        return [title for title, name in self._named_sheets() if self._is_filled(name)]

    def _is_filled(self, name: str) -> bool:
        part = Filled()
        return any(part.is_filled for _ in self._read(part, name))

    def _read(self, part: Part, name: str) -> Iterator[None]:
        with self.parts.open(name) as file:
            for _ in part.read(file):
                if time.thread_time() > self.end:
                    raise Unreadable("This workbook takes too long to read: save it as CSV.")
                yield
        yield

    def _elements(self, name: str) -> list[tuple[str, dict[str, str]]]:
        part = Elements()
        for _ in self._read(part, name):
            pass
        return part.found

    def _related(self, name: str) -> dict[str, list[str]]:
        """Kind of a relation, or its id with a mark -> the parts it leads to from this one."""
        folder, base = posixpath.split(name)
        found: dict[str, list[str]] = {}
        for _, attributes in self._elements(posixpath.join(folder, "_rels", f"{base}.rels")):
            if target := attributes.get("Target"):
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                for key in (kind, f"#{attributes.get('Id', '')}"):
                    found.setdefault(key, []).append(path)
        return found

    def _sheets(self) -> list[str]:
        return [name for _, name in self._named_sheets()]

    def _named_sheets(self) -> list[tuple[str, str]]:
        """Title and part, in the order of their tabs, without charts and hidden ones."""
        found = []
        for path, attributes in self.main_elements:
            if path == "sheets/sheet" and attributes.get("state", "visible") == "visible":
                ids = [value for name, value in attributes.items() if name.endswith(":id")]
                parts = [part for one in ids for part in self.related.get(f"#{one}", [])]
                found += [(attributes.get("name", ""), part) for part in parts]
        return [pair for pair in found if pair[1] in self.related.get("worksheet", [])]

    def _strings(self) -> list[str]:
        part = Strings()
        for name in self.related.get("sharedStrings", []):
            for _ in self._read(part, name):
                pass
        return part.found

    def _dates(self) -> set[str]:
        """The numbers of the cell styles that show a day or a time."""
        formats = {str(number) for number in _DAYS}
        styles: list[str] = []
        for name in self.related.get("styles", []):
            for path, attributes in self._elements(name):
                if path == "numFmts/numFmt" and _is_of_days(attributes.get("formatCode", "")):
                    formats.add(attributes.get("numFmtId", ""))
                elif path == "cellXfs/xf":
                    styles.append(attributes.get("numFmtId", ""))
        return {str(place) for place, number in enumerate(styles) if number in formats}

    def _epoch(self) -> datetime:
        """Day zero: in old files of the Macintosh another than in the others."""
        is_macs = any(
            path.endswith("workbookPr") and attributes.get("date1904") in {"1", "true"}
            for path, attributes in self.main_elements
        )
        return datetime(1904, 1, 1) if is_macs else datetime(1899, 12, 30)  # noqa: DTZ001


def _is_of_days(code: str) -> bool:
    """Without what is quoted or in brackets, a letter of days or hours is left."""
    return bool(re.search(r"[dmyhs]", _NO_CODE.sub("", code.casefold())))
