"""CSV without formulas, and with phones that survive the way back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

_PHONE = re.compile(r"\+\d{5,15}\Z", re.ASCII)


class Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: str) -> str:
    """
    No formula: spreadsheets compute what begins like one. A bare E.164 number stays; what somebody
    made harmless before us is marked once more, so that `bare` gives it back.
    """
    begins = cell.lstrip("'") if cell.startswith("'") else cell
    if begins.startswith(("=", "+", "-", "@", "\t", "\r")) and not _PHONE.match(cell):
        return f"'{cell}"
    return cell


def bare(cell: str) -> str:
    """What `harmless` made harmless."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """With a byte order mark, which Excel needs to know that it is UTF-8."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
