"""Lists: searched, filtered, sorted, a keyset page at a time; nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts import custom
from contacts.access import needs
from contacts.concealing import conceal
from contacts.filters import RecordFilters
from contacts.models import CustomField, Record
from contacts.paging import page
from contacts.roles import Right
from contacts.saved import views
from contacts.views.kinds import Column, Kind

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column: where its link leads and which way it sorts now ("" = not)."""

    label: str
    end: bool
    href: str = ""
    direction: str = ""


@require_safe
@needs(Right.VIEW)
def record_list(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    filters = kind.filters(request.GET, queryset=kind.rows(request.user), request=request)
    sort = chosen_sort(request, kind)
    found, cursor = filters.qs, request.GET.get("cursor", "")
    columns = Columns.of(request, kind, filters)
    if fields := columns.fields:
        found = custom.beside(found, fields)
    rows = page(found, kind.order(sort), cursor=cursor, size=PAGE_SIZE, near=filters.near)
    for record in rows.items if fields else ():
        record.cells = cells(record, fields)
    list(conceal(rows.items, request.user))
    context = {
        "record_type": kind,
        "filters": filters,
        "page": rows,
        "columns": columns,
        "views": views(request, kind.nouns, filters.offers.views),
        "headers": [header(request, column, sort) for column in columns.shown],
        "sort": request.GET.get("sort", ""),
        **kind.beside(request),
    }
    return render(request, kind.template("list"), context)


@dataclass(frozen=True, slots=True)
class Columns:
    """All there are, and those shown: what the address names (?columns=), else the usual ones."""

    every: list[Column]
    shown: list[Column]
    is_chosen: bool

    @classmethod
    def of(cls, request: HttpRequest, kind: Kind, filters: RecordFilters) -> Self:
        fields = [one for one in filters.offers.fields.values() if not one.is_archived]
        every = [*kind.columns, *(Column(f.label, end=f.is_number, field=f) for f in fields)]
        asked = set(request.GET.getlist("columns"))
        chosen = [column for column in every[1:] if column.name in asked]
        return cls(every, [every[0], *(chosen or kind.columns[1:])], bool(chosen))

    @property
    def names(self) -> set[str]:
        return {column.name for column in self.shown}

    @property
    def fields(self) -> list[CustomField]:
        return [column.field for column in self.shown if column.field]


def cells(record: Record, fields: list[CustomField]) -> list[tuple[CustomField, str]]:
    """What the columns of custom fields say of a record."""
    held = custom.held(record)
    return [(field, held[field.pk].words if field.pk in held else "") for field in fields]


def chosen_sort(request: HttpRequest, kind: Kind) -> str:
    """The order asked for ("name", "-texted"), or the default one of this kind."""
    asked = request.GET.get("sort", "")
    return asked if asked.removeprefix("-") in kind.sorts else kind.default_sort


def header(request: HttpRequest, column: Column, sort: str) -> Header:
    """A second click on the same head turns the order round."""
    if not column.sort:
        return Header(column.label, column.end)
    name, is_current = column.sort.lstrip("-"), column.sort.lstrip("-") == sort.lstrip("-")
    falling = sort.startswith("-")
    target = (name if falling else f"-{name}") if is_current else column.sort
    query = request.GET.copy()
    query.pop("cursor", None)
    query["sort"] = target
    direction = ("descending" if falling else "ascending") if is_current else ""
    return Header(column.label, column.end, f"?{query.urlencode()}", direction)
