"""An export as an answer, whatever kind of file was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, StreamingHttpResponse

from contacts.exporting import delimited, workbooks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table(rows: Iterable[Sequence[str]], name: str, kind: str) -> StreamingHttpResponse:
    """kind: csv or xlsx; of what is neither there is none (404)."""
    if kind == "csv":
        return file(delimited.lines(rows), f"{name}.csv", "text/csv; charset=utf-8")
    if kind == "xlsx":
        return file(workbooks.pieces(rows), f"{name}.xlsx", XLSX)
    raise Http404


def file(pieces: Iterable[Any], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
