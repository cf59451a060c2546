"""Suggestions while somebody types, as options of a datalist."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts import search
from contacts.access import needs
from contacts.forms.pick import Find, Option, suggestions
from contacts.models import Record, Tag
from contacts.roles import Right

MOST_TAGS = 12


@require_safe
@needs(Right.VIEW)
def record_suggest(request: HttpRequest, *, model: type[Record], find: Find) -> HttpResponse:
    rows: Any = model._default_manager
    found = suggestions(rows.all(), find, typed(request), user=request.user)
    return render(request, "contacts/_options.html", {"options": found})


@require_safe
@needs(Right.VIEW)
def tag_suggest(request: HttpRequest) -> HttpResponse:
    """Completes the last of several names: "Priority, ne" to "Priority, Newcastle"."""
    before, _, last = typed(request).rpartition(",")
    start = f"{before.strip()}, " if before.strip() else ""
    tags = Tag.objects.filter(name__icontains=last.strip())[:MOST_TAGS]
    found = [Option(f"{start}{tag}", "") for tag in tags]
    return render(request, "contacts/_options.html", {"options": found})


def typed(request: HttpRequest) -> str:
    """What stands in the field that asks, whose name the address says (?field=company)."""
    return search.clean(request.GET.get(request.GET.get("field", "q"), ""))
