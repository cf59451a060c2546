"""
Keyset pages: page 10,000 costs what page 1 costs, and nothing is counted.

A cursor is opaque text made by `page()`. One that was tampered with shows the first page.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
Place = tuple[Any, int]
NEARBY = (1.2, 8)  # pages a shortcut looks at, and then: filters may leave out some


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page, and the cursors of its neighbours (empty where there is none)."""

    items: list[M]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Near(Generic[M]):
    """
    A shortcut by name. find(place, falling, most) gives the first ids behind a place, in the order
    of sort_name; those of them that are in `rows` are what is asked for.
    """

    rows: QuerySet[M]
    find: Callable[[Place | None, bool, int], list[int]]

    def take(self, place: Place | None, *, falling: bool, most: int) -> list[M] | None:
        """The first rows, or None if they may stand further on."""
        sign = "-" if falling else ""
        for pages in NEARBY:
            looked_at = int(most * pages)
            ids = self.find(place, falling, looked_at)
            rows = self.rows.filter(pk__in=ids).order_by(f"{sign}sort_name", f"{sign}pk")
            items = list(rows[:most])
            if len(items) == most or len(ids) < looked_at:
                return items
        return None


def page(
    rows: QuerySet[M],
    order: str,
    *,
    cursor: str = "",
    size: int = 50,
    near: Near[M] | None = None,
    first: Callable[[int], list[M]] | None = None,
) -> Page[M]:
    """
    Up to `size` rows in the order of one column (`-column` for descending) and then the id.

    The column must not hold NULL, and an index on (column, id) should serve it. near: a shortcut
    to the same rows where the column is sort_name. first(most): the same for what comes first.
    """
    column, descending = order.removeprefix("-"), order.startswith("-")
    backwards, place = _read(rows.model, column, cursor)
    falling = descending != backwards
    sign = "-" if falling else ""
    rows = rows.order_by(f"{sign}{column}", f"{sign}pk")
    if place:
        rows = rows.filter(_beyond(column, place, falling=falling))
    items = first(size + 1) if first and not place else None
    if near and column == "sort_name":
        items = near.take(place, falling=falling, most=size + 1)
    if items is None:
        items = list(_looked_up(rows, size + 1))
    more, items = len(items) > size, items[:size]
    if backwards:
        items.reverse()
    if not items:
        return Page([])
    has_next, has_previous = (True, more) if backwards else (more, bool(place))
    return Page(
        items,
        next=_write("n", column, items[-1]) if has_next else "",
        previous=_write("p", column, items[0]) if has_previous else "",
    )


def reads(rows: QuerySet[Any], order: str, cursor: str) -> bool:
    """Whether page() made this cursor, for such a list."""
    return _read(rows.model, order.removeprefix("-"), cursor)[1] is not None


def _beyond(column: str, place: Place, *, falling: bool) -> Q:
    """Rows after this place. The first half alone lets both databases start inside the index."""
    value, pk = place
    way = "lt" if falling else "gt"
    return Q(**{f"{column}__{way}e": value}) & (
        Q(**{f"{column}__{way}": value}) | Q(**{f"pk__{way}": pk})
    )


def _looked_up(rows: QuerySet[M], most: int) -> QuerySet[M]:
    """
    The first of these rows, with what is joined to them looked up afterwards. SQLite would begin
    with a small table that is joined, or sort all rows with all that is joined, for one page.
    """
    if connection.vendor != "sqlite" or not rows.query.select_related:
        return rows[:most]
    narrow = rows.select_related(None)[:most].values("pk")
    return rows.filter(pk__in=narrow)


def _write(direction: str, column: str, row: Model) -> str:
    place = [direction, getattr(row, column), row.pk]
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode().rstrip("=")


def _read(model: type[Model], column: str, cursor: str) -> tuple[bool, Place | None]:
    """Which way, and from where; a broken cursor is the beginning."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, raw, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
        named = model._meta.get_field(column)
        field: Any = getattr(named, "output_field", named)  # of a column the database computes
        value = field.to_python(raw)
        if "\x00" in str(value) or value is None or not -(2**63) <= int(pk) < 2**63:
            return False, None
        return direction == "p", (value, int(pk))
    except (ValueError, TypeError, ValidationError, OverflowError):
        return False, None
