"""The rows of an import while they are worked on: a model for each would take longer to make."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from contacts.models import ImportRow

_NAMES = ("pk", "line", "json_cells", "outcome", "contact_id", "json_before", "problem")
_AS_TEXT = {f"json_{name}": Cast(name, TextField()) for name in ("cells", "before")}


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
    """The first of them. The JSON of all is read as one: that of each takes longer."""
    found = list(rows.annotate(**_AS_TEXT).values_list(*_NAMES)[:most])
    every = zip(found, _read(row[2] for row in found), _read(row[5] for row in found), strict=True)
    return [
        Row(pk, line, cells, outcome, contact, before, problem)
        for (pk, line, _, outcome, contact, _, problem), cells, before in every
    ]


def _read(texts: Iterable[str]) -> list[Any]:
    return json.loads(f"[{','.join(texts)}]")  # type: ignore[no-any-return]
