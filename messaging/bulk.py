"""Statements for whole batches, written in SQL that both databases understand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


def many(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run one statement for each row of parameters, in one call."""
    parameters = list(rows)
    if parameters:
        with connection.cursor() as cursor:
            cursor.executemany(sql, parameters)


def time_value(value: datetime | None) -> Any:
    """A moment as this database stores it."""
    return value and connection.ops.adapt_datetimefield_value(value)


def uuid_value(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex
