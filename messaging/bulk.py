"""Statements for whole batches, written in SQL that both databases understand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

MOST_PARAMETERS = 30_000  # in one statement; SQLite takes 32,766


def together(sql: str, rows: Sequence[tuple[Any, ...]], types: str) -> list[Any]:
    """
    Run a statement once for all rows, which stand where it says `FROM ({rows}) AS news`: there
    `column1` is the first value of a row. types: of the columns, as PostgreSQL calls them
    ("bigint, timestamptz"). Returns what the statement's RETURNING gives.
    """
    step = MOST_PARAMETERS // len(types.split(","))
    source = _json if connection.vendor == "postgresql" else _values
    found: list[Any] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            source_sql, parameters = source(rows[start : start + step], types)
            cursor.execute(sql.format(rows=source_sql), parameters)
            found += cursor.fetchall() if cursor.description else []
    return found


def _values(rows: Sequence[tuple[Any, ...]], types: str) -> tuple[str, list[Any]]:
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return f"VALUES {', '.join([one] * len(rows))}", [value for row in rows for value in row]


def _json(rows: Sequence[tuple[Any, ...]], types: str) -> tuple[str, list[Any]]:
    """One parameter, since to prepare hundreds takes psycopg longer than the database needs."""
    kinds = types.split(", ")
    names = [f"column{n}" for n, _ in enumerate(kinds, 1)]
    columns = ", ".join(map(" ".join, zip(names, kinds, strict=True)))
    records = [dict(zip(names, row, strict=True)) for row in rows]
    sql = f"SELECT * FROM json_to_recordset(%s) AS t({columns})"  # noqa: S608 (types of ours)
    return sql, [json.dumps(records, default=str)]


@lru_cache(maxsize=1024)
def time_value(value: datetime | None) -> Any:
    """A moment as this database stores it. Kept, because many rows of a statement share theirs."""
    return value and connection.ops.adapt_datetimefield_value(value)


def moment(value: datetime | None) -> datetime | None:
    """The moment a plain row of this database holds: the other way round than `time_value`."""
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


@lru_cache(maxsize=1024)
def uuid_value(value: UUID | None) -> Any:
    """Kept, because the texts of a batch share theirs."""
    return value if value is None or connection.features.has_native_uuid_field else value.hex


def uuid_text(value: Any) -> str:
    """As people write it: what a plain row holds, which in SQLite is 32 digits."""
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
