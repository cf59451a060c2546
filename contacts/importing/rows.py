"""The rows of an import while they are worked on: a model for each would take longer to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from contacts.models import ImportRow


@dataclass(slots=True, eq=False)
class Row:
    """An ImportRow; what is changed here is told to the database by `writing.tell`."""

    pk: int
    line: int
    cells: list[str]
    outcome: str
    contact_id: int | None
    before: dict[str, Any]
    problem: str = ""


def fetched(rows: QuerySet[ImportRow], most: int) -> list[Row]:
    """The first of them."""
    names = ("pk", "line", "cells", "outcome", "contact_id", "before", "problem")
    return [Row(*values) for values in rows.values_list(*names)[:most]]
