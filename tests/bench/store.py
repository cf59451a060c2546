"""Rows by the million, into either database, without models in between."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import GeneratedField, Model

from messaging.bulk import time_value, uuid_value

BATCH = 20_000


class Table:
    """One model's table; what a row does not say has the model's own default."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        fields: list[Any] = [
            field
            for field in model._meta.concrete_fields
            if not isinstance(field, GeneratedField)
            and not (field.primary_key and field.get_internal_type() == "BigAutoField")
        ]
        blank = model()
        now = datetime.now(connection.timezone)
        for field in fields:
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                setattr(blank, field.attname, now)
        self.columns = ", ".join(f'"{field.column}"' for field in fields)
        self.names = [field.attname for field in fields]
        self.defaults = {
            field.attname: field.get_db_prep_save(getattr(blank, field.attname), connection)
            for field in fields
        }

    def store(self, rows: Iterable[dict[str, Any]]) -> int:
        """All of them; COPY where there is one. Returns how many."""
        ready = iter(self._ready(row) for row in rows)
        count = 0
        while batch := list(islice(ready, BATCH)):
            self._store(batch)
            count += len(batch)
        return count

    def _ready(self, row: dict[str, Any]) -> list[Any]:
        return [_value(row[name]) if name in row else self.defaults[name] for name in self.names]

    def _store(self, rows: list[list[Any]]) -> None:
        into = f'"{self.model._meta.db_table}" ({self.columns})'
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            marks = ", ".join(["%s"] * len(self.names))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return time_value(value)
    return uuid_value(value) if isinstance(value, uuid.UUID) else value


def hurry() -> None:
    """Nothing here outlives the benchmark: let SQLite keep its indexes in memory while it fills."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -400000")


def analyze() -> None:
    """Statistics for the planner; and a connection with the product's own settings again."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    connection.close()
