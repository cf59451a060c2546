"""CSV, and its kin with semicolons, tabs and bars."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from contacts.importing.limits import LONGEST_CELL, Unreadable


def rows(text: str) -> Iterator[list[str]]:
    """Every line's cells. Raises Unreadable."""
    csv.field_size_limit(LONGEST_CELL * 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} cannot be read ({error}).") from error


def _separator(text: str) -> str:
    """Of those in use, the one the first line has most of."""
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t|", key=first.count)
