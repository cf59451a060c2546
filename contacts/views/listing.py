"""Lists: searched, filtered, sorted, a keyset page at a time; nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.paging import page
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
def record_list(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    filters = kind.filters(request.GET, queryset=kind.rows(request.user), request=request)
    sort = chosen_sort(request, kind)
    found, cursor = filters.qs, request.GET.get("cursor", "")
    rows = page(found, kind.order(sort), cursor=cursor, size=PAGE_SIZE, near=filters.near)
    context = {
        "record_type": kind,
        "filters": filters,
        "page": rows,
        "headers": [header(request, column, sort) for column in kind.columns],
        "sort": request.GET.get("sort", ""),
    }
    return render(request, kind.template("list"), context)


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
