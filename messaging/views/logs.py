"""Bringing a gateway's log of texts. What came of it, undoing and resuming: contacts' importing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRefresh

from contacts.access import needs
from contacts.forms.zones import zones
from contacts.importing import kinds
from contacts.models import Contact, ContactImport
from contacts.models.member import eyes_of
from contacts.roles import Right
from contacts.views import importing
from messaging import people
from messaging.forms.log import LogFileForm, LogForm
from messaging.models import Number
from messaging.text_import import counting, reading, runs
from messaging.text_import.looking import SHOWN, Look, Plan, Seen
from messaging.views.request import Request

REASONS = 10


@importing.get_or_post
@needs(Right.IMPORT)
def import_list(request: Request) -> HttpResponse:
    form = LogFileForm(request.POST or None, request.FILES or None)
    return importing.choosing(
        *(request, form, runs.TEXTS, "messaging/import_list.html", reading.guess), _brought
    )


def _brought(source: ContactImport) -> None:
    """Counted at once, if its columns are known."""
    source.options = runs.options()
    if not _missing(source):
        runs.preview(source)


@importing.get_or_post
@needs(Right.IMPORT)
def import_detail(request: Request, pk: int) -> HttpResponse:
    """
    Before it runs: columns, the first rows, and what all would bring, which a worker counts if
    they are many. While and after: what came of it.
    """
    source = importing.find(request, pk, kind=runs.TEXTS)
    if source.state not in runs.BEFORE:
        return HttpResponseClientRefresh() if request.htmx else importing.outcome(request, source)
    source.options = source.options or runs.options()
    if request.htmx:
        return render(request, "messaging/_log_count.html", {"source": source} | _counts(source))
    form = LogForm(request.POST or None, source=source)
    if form.is_valid():
        source.mapping, source.options = form.mapping, form.options
        if "preview" not in request.POST:
            runs.start(source, by=request.user)
            return redirect(source)
        runs.preview(source)
    context = {"source": source, "kind": kinds.of(source), "form": form, "zones": zones()}
    if not form.errors and not _missing(source):
        context |= _counts(source) | {"preview": _preview(source, request.user)}
    status = 422 if form.errors else 200
    return render(request, "messaging/import_mapping.html", context, status=status)


def _missing(source: ContactImport) -> list[str]:
    return reading.missing(reading.places(source.mapping))


def _counts(source: ContactImport) -> dict[str, Any]:
    """What the whole log would bring, as far as it was counted."""
    total = counting.length(source)
    if total <= counting.FEW:
        return {"total": total, **_told(counting.glance(source, most=total))}
    begun = counting.so_far(source)
    context = {"total": total, "is_counting": source.state == ContactImport.State.LOOKING}
    if begun is None or begun.line == 1:
        return context
    plan = Plan(source.options["gateway"])
    return context | {"done": begun.line - 1, **_told(Look.unpacked(begun.found, plan))}


def _told(look: Look) -> dict[str, Any]:
    """What the counts say."""
    numbers = {number.address: number for number in Number.objects.all()}
    return {
        "look": look,
        "ours": [(numbers.get(one[:16]), one, count) for one, count in look.ours.most_common()],
        "reasons": [(why, *seen) for why, seen in list(look.reasons.items())[:REASONS]],
        "more_reasons": max(0, len(look.reasons) - REASONS),
    }


def _preview(source: ContactImport, user: Any) -> list[tuple[Seen, Number | None, str]]:
    numbers = {number.address: number for number in Number.objects.all()}
    return list(_shown(counting.glance(source, most=SHOWN).rows, numbers, user))


def _shown(
    rows: list[Seen], numbers: dict[str, Number], user: Any
) -> Iterator[tuple[Seen, Number | None, str]]:
    """Each with our number, and whose timeline it would stand on."""
    sees = eyes_of(user)
    for row in rows:
        number = numbers.get(row.line.ours[:16]) if row.line else None
        who: Contact | None = people.find(row.line.theirs, number) if row.line else None
        if who:
            yield row, number, str(who) if sees(who) else ""
        else:
            yield row, number, row.line.name if row.line else ""
