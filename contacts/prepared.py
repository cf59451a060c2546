"""
Queries whose SQL is written once.

Writing SQL out of a queryset costs several times what the database needs to answer it. Where a
page or a click asks the same small question each time, it asks it through here:

    phones_of = Prepared(lambda contact: Phone.objects.filter(contact_id=contact), int)
    phones_of(12)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

# Stand for the arguments while the SQL is written; nobody's id, and nobody's words.
_INT, _STR = -7_400_000_000_000_000_000, "\ue7a4 argument "


class Prepared(Generic[M]):
    """
    A function that answers like the queryset `build` gives, as a list.

    The arguments are int or str, never None and nothing that changes the SQL: an argument becomes
    one parameter, as often as `build` uses it. What the queryset joins or prefetches comes along.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *types: type[int] | type[str]) -> None:
        self._build = build
        self._marks = [_INT - n if kind is int else f"{_STR}{n}" for n, kind in enumerate(types)]
        self._kept = threading.local()

    def __call__(self, *values: int | str) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        if getattr(self._kept, "connection", None) is not connection:
            self._write(connection)
        self._kept.values = dict(zip(self._marks, values, strict=True))
        return list(self._kept.rows._chain())

    def first(self, *values: int | str) -> M | None:
        """Its first row, if there is one: `build` should ask for no more."""
        found = self(*values)
        return found[0] if found else None

    def _write(self, connection: Any) -> None:
        """The SQL for this thread's connection, and a queryset that asks with it."""
        rows: Any = self._build(*self._marks)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = [mark if mark in self._marks else None for mark in params]
        kept = self._kept

        def as_sql(*_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
            pairs = zip(places, params, strict=True)
            return sql, tuple(old if mark is None else kept.values[mark] for mark, old in pairs)

        compiler.as_sql = as_sql
        rows.query.get_compiler = lambda *_, **__: compiler
        rows.query.chain = lambda *_, **__: rows.query
        kept.connection, kept.rows = connection, rows
