"""The rows of an import while they are worked on: a model for each would take longer to make."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from contacts.models import ContactImport, ImportPiece, ImportRow

CHUNK = 4_000  # rows of a transaction, at most
FIRST = 2  # the line below the header

_NAMES = ("pk", "line", "json_cells", "outcome", "contact_id", "json_before", "problem")
_AS_TEXT = {f"json_{name}": Cast(name, TextField()) for name in ("cells", "before")}


@dataclass(slots=True, eq=False)
class Row:
    """What is, or will be, an ImportRow: the database is told of it by `writing`."""

    pk: int | None
    line: int
    cells: list[str]
    outcome: str = ""
    contact_id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def keep(source: ContactImport, cells: list[list[str]], most: int) -> None:
    """All rows of a file below its header, for workers that take so many at a time."""
    most = min(most, CHUNK)
    ImportPiece.objects.bulk_create(
        ImportPiece(source=source, line=FIRST + start, length=len(some), cells=some)
        for start in range(0, len(cells), most)
        if (some := cells[start : start + most])
    )


def waiting(source: ContactImport, *, after: int = 0) -> Iterator[Row]:
    """Those that nothing was done with yet, from that line on."""
    pieces = source.pieces.order_by("line")
    while piece := pieces.filter(line__gt=after + 1 - F("length")).first():
        yield from (row for row in rows_of(piece) if row.line > after)
        after = piece.line + piece.length - 1


def rows_of(piece: ImportPiece) -> list[Row]:
    numbered = enumerate(piece.cells, start=piece.line)
    return [Row(None, n, cells, before=piece.notes.get(str(n), {})) for n, cells in numbered]


def fetched(rows: QuerySet[ImportRow], most: int) -> list[Row]:
    """The first of them. The JSON of all is read as one: that of each takes longer."""
    found = list(rows.annotate(**_AS_TEXT).values_list(*_NAMES)[: min(most, CHUNK)])
    every = zip(found, _read(row[2] for row in found), _read(row[5] for row in found), strict=True)
    return [
        Row(pk, line, cells, outcome, contact, before, problem)
        for (pk, line, _, outcome, contact, _, problem), cells, before in every
    ]


def _read(texts: Iterable[str]) -> list[Any]:
    return json.loads(f"[{','.join(texts)}]")  # type: ignore[no-any-return]
