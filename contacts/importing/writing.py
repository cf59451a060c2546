"""
Thousands of rows in a statement, without a model for each, which `bulk_create` would prepare value
by value. The database's own triggers keep the search's index all the same. SQLite writes that
index out before each statement of a transaction that touched it, but not within one: a statement
for each row took five times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import DateField, DecimalField, JSONField, Model
from django.db.models.expressions import RawSQL

from contacts.importing.rows import Row
from contacts.models import ImportRow

MOST_VALUES = 32_000  # of one statement; SQLite takes 32,766
CACHE_KB = 64_000
#: What PostgreSQL does not make of words by itself.
_KINDS = {JSONField: "jsonb", DecimalField: "numeric", DateField: "date"}

Values = tuple[Any, ...]


@contextmanager
def roomy() -> Iterator[None]:
    """
    With all indexes that a chunk touches in memory: of SQLite's own two megabytes it would write
    out and read again what it needs for the next row.
    """
    if connection.vendor == "sqlite":
        size = _pragma("cache_size")
        _pragma(f"cache_size = -{CACHE_KB}")
        try:
            yield
        finally:
            _pragma(f"cache_size = {size}")
    else:
        yield


def _pragma(words: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return (cursor.fetchone() or (None,))[0]


def insert(
    model: type[Model], names: Sequence[str], rows: Sequence[Values], **fixed: Any
) -> list[int]:
    """
    Rows of a table, as values in the order of these attributes, and what all of them have; every
    column that has no default of the database is among them. Returns their pks. In a transaction of
    the caller's.
    """
    if not rows:
        return []
    into = f'"{model._meta.db_table}" ({", ".join(_columns(model, ("id", *names, *fixed)))})'
    pks = _next(model, len(rows))
    same = (*fixed.values(),)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy(f"COPY {into} FROM STDIN") as copy,
        ):
            for pk, row in zip(pks, rows, strict=True):
                copy.write_row((pk, *row, *same))
    else:
        all_same = ", ?" * len(same)
        for some, marks in _portions([(pk, *row) for pk, row in zip(pks, rows, strict=True)]):
            _execute(f"INSERT INTO {into} SELECT *{all_same} FROM (VALUES {marks})", [*same, *some])  # noqa: S608 (names of ours)
    return pks


def update(model: type[Model], names: Sequence[str], rows: Sequence[Values], **fixed: Any) -> None:
    """
    Rows that are there: of each its pk, then words or keys in the order of these attributes; and
    what all of them have from now on.
    """
    sets = [
        f"{column} = CAST({_place(n)} AS {_kind(model, name)})"
        for n, (name, column) in enumerate(zip(names, _columns(model, names), strict=True), start=1)
    ]
    sets += [f"{column} = %s" for column in _columns(model, [*fixed])]
    table = f'"{model._meta.db_table}"'
    which = f"{table}.id = CAST({_place(0)} AS bigint)"
    for some, news in _given(rows):
        sql = f"UPDATE {table} SET {', '.join(sets)} FROM {news} AS v WHERE {which}"  # noqa: S608
        _execute(sql, [*fixed.values(), *some])


def _given(rows: Sequence[Values]) -> Iterator[tuple[list[Any], str]]:
    """Rows as a table: PostgreSQL reads JSON sooner than values that are written out in SQL."""
    if connection.vendor != "postgresql":
        yield from ((some, f"(VALUES {marks})") for some, marks in _portions(rows))
    elif rows:
        yield [json.dumps(rows)], "json_array_elements(%s::json)"


def _place(n: int) -> str:
    """Where the value of that number stands, in a row of `_given`."""
    return f"v->>{n}" if connection.vendor == "postgresql" else f"v.column{n + 1}"


def _kind(model: type[Model], name: str) -> str:
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    if connection.vendor == "postgresql" and isinstance(field, tuple(_KINDS)):
        return _KINDS[type(field)]
    return "bigint" if field.is_relation else "text"


def _columns(model: type[Model], names: Iterable[str]) -> list[str]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [f'"{fields[name].column}"' for name in names]


def _portions(rows: Sequence[Values]) -> Iterator[tuple[list[Any], str]]:
    """As many rows as a statement takes: their values, one after the other, and their marks."""
    width = len(rows[0]) if rows else 1
    most = MOST_VALUES // width
    mark = f"({', '.join(['%s'] * width)})"
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        yield [value for row in some for value in row], ", ".join([mark] * len(some))


def _execute(sql: str, values: list[Any]) -> None:
    """Of SQLite itself: Django would look for each of the thousands of marks first."""
    if connection.vendor == "sqlite":
        with connection.wrap_database_errors:
            connection.connection.execute(sql.replace("%s", "?"), values)
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)


def _next(model: type[Model], count: int) -> list[int]:
    """Pks that nobody has or will get; on SQLite nobody else writes in our transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Its sequence is looked up once, not for each of them.
            sequence = """SELECT array_agg(nextval(s.name)) FROM generate_series(1, %s),
                (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS s"""
            cursor.execute(sequence, [count, f'"{table}"'])
            return list(cursor.fetchone()[0])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + count))


def rest(blank: Model, names: Iterable[str]) -> dict[str, Any]:
    """What a new row has in all columns but its pk and these."""
    fields = [field for field in blank._meta.concrete_fields if not field.primary_key]
    return {
        field.attname: field.get_db_prep_save(getattr(blank, field.attname), connection)
        for field in fields
        if field.attname not in names
    }


def among(values: Iterable[Any]) -> RawSQL | list[Any]:
    """
    As the right side of IN: one parameter, however many words or keys there are. PostgreSQL, which
    plans a question that it met before once for all, would compare every row of a table that was
    small then with each of hundreds.
    """
    some = list(values)
    if not some:  # nothing is among them, which Django knows without asking
        return []
    if connection.vendor == "postgresql":
        kind = "text" if isinstance(some[0], str) else "bigint"
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [some])  # noqa: S611 (a parameter)
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(some)])


def moment(value: Any) -> Any:
    """A point in time as this database stores it."""
    return connection.ops.adapt_datetimefield_value(value)


_BECAME = ("outcome", "problem", "contact_id", "before")
_as_json = json.JSONEncoder(ensure_ascii=False).encode


def keep(source_id: int, rows: Iterable[Row]) -> None:
    """Write down rows that waited, with what became of them."""
    news = [(row.line, _as_json(row.cells), *_became(row)) for row in rows]
    insert(ImportRow, ("line", "cells", *_BECAME), news, source_id=source_id)


def tell(rows: Iterable[Row]) -> None:
    """Write down what became of rows since."""
    update(ImportRow, _BECAME, [(row.pk, *_became(row)) for row in rows])


def _became(row: Row) -> Values:
    return row.outcome, row.problem, row.contact_id, _as_json(row.before)
