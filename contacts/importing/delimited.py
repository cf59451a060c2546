"""CSV, and its kin with semicolons, tabs and bars."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from contacts.exporting.delimited import bare
from contacts.importing.limits import LONGEST_CELL, Unreadable

_SAID = re.compile(r"sep=(.)\s*\Z", re.IGNORECASE)  # how Excel is told the separator
_QUOTED = re.compile(r'"[^"]*"')


def rows(text: str) -> Iterator[list[str]]:
    """
    Every line's cells. A row whose quote is never closed is read without its quotes, so that it
    does not take those after it along. Raises Unreadable.
    """
    csv.field_size_limit(LONGEST_CELL * 20)
    lines = io.StringIO(text.lstrip("\r\n"), newline="").readlines()
    separator, at = _separator(lines)
    found = _rows(lines, at, separator)
    try:
        yield from map(_bare, found) if "'" in text else found
    except csv.Error as error:
        raise Unreadable(f"A line cannot be read ({error}).") from error


def _bare(cells: list[str]) -> list[str]:
    return [bare(cell) if cell.startswith("'") else cell for cell in cells]


def _rows(lines: list[str], at: int, separator: str) -> Iterator[list[str]]:
    while at < len(lines):
        begun, reader = at, csv.reader(_from(lines, at), delimiter=separator)
        for row in _until_broken(reader):
            end = at + reader.line_num
            if end - begun > 1 and not _is_well_formed(lines[begun:end], separator):
                break
            yield row
            begun = end
        if begun < len(lines):
            yield next(csv.reader([lines[begun]], delimiter=separator, quoting=csv.QUOTE_NONE))
        at = begun + 1


def _from(lines: list[str], at: int) -> Iterator[str]:
    return (lines[place] for place in range(at, len(lines)))


def _until_broken(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """What comes before a cell without an end."""
    try:
        yield from reader
    except csv.Error:
        return


def _is_well_formed(lines: list[str], separator: str) -> bool:
    """Whether each quote that begins a cell has its other at the cell's end."""
    try:
        return len(list(csv.reader(lines, delimiter=separator, strict=True))) == 1
    except csv.Error:
        return False


def _separator(lines: list[str]) -> tuple[str, int]:
    """Of those in use, the one the first line that has any has most of; and where rows begin."""
    if lines and (said := _SAID.match(lines[0])):
        return said[1], 1
    for line in lines[:10]:
        plain = _QUOTED.sub("", line)
        if found := max(",;\t|", key=plain.count) if re.search("[,;\t|]", plain) else "":
            return found, 0
    return ",", 0
