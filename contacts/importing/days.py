"""Days as people and spreadsheets write them, as programs do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from contacts.importing.people import Unread

#: A day, with the time that workbooks and programs put behind it.
_ISO = re.compile(r"(\d{4}-\d\d-\d\d|\d{8})(?:[T ]\d\d[\d:.,Z+-]*)?", re.ASCII)
#: With dots the day stands first wherever people write so.
_FORMS = ("%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%Y/%m/%d")
_SLASHED = re.compile(r"(\d\d?)/(\d\d?)/\d{4}", re.ASCII)
#: By what stands first.
_ORDERS = {"month": "%m/%d/%Y", "day": "%d/%m/%Y"}
_MONTHS = 12


def orders(rows: Iterable[list[str]]) -> dict[str, str]:
    """
    What stands first in the dates with slashes of a column (its place, as a word): 11/27/2026 tells
    it of 3/4/2026 too. Without columns that tell nothing, or both.
    """
    found: dict[int, set[str]] = {}
    for row in rows:
        for place, cell in enumerate(row):
            if "/" in cell and (parts := _SLASHED.fullmatch(cell.strip())):
                firsts = found.setdefault(place, set())
                firsts |= {"day"} if int(parts[1]) > _MONTHS else set()
                firsts |= {"month"} if int(parts[2]) > _MONTHS else set()
    return {str(place): firsts.pop() for place, firsts in found.items() if len(firsts) == 1}


def read(cell: str, first: str = "") -> str:
    """ISO 8601; first: what stands first in its column, see `orders`. Raises Unread."""
    try:
        if iso := _ISO.fullmatch(cell):
            return date.fromisoformat(iso[1]).isoformat()
    except ValueError:
        pass
    words = " ".join(cell.replace(",", " ").split())
    for form in _FORMS:
        with suppress(ValueError):
            return _parsed(words, form)
    return _slashed(words, first)


def _slashed(words: str, first: str) -> str:
    """Where its column does not tell, only what everybody reads alike."""
    found = {}
    for order, form in _ORDERS.items():
        with suppress(ValueError):
            found[order] = _parsed(words, form)
    days = sorted(set(found.values()))
    if len(days) > 1 and first not in found:
        raise Unread("may be two days: write " + " or ".join(days))
    if not days:
        raise Unread("is no date such as 2026-11-27")
    return found.get(first, days[0])


def _parsed(words: str, form: str) -> str:
    return datetime.strptime(words, form).date().isoformat()  # noqa: DTZ007 (a day)
