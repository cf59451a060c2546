"""Bringing a gateway's log of texts. What came of it, undoing and resuming: contacts' importing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

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
from messaging.text_import import reading, runs
from messaging.text_import.looking import Look, Seen

REASONS = 10


@importing.get_or_post
@needs(Right.IMPORT)
def import_list(request: HttpRequest) -> HttpResponse:
    form = LogFileForm(request.POST or None, request.FILES or None)
    return importing.choosing(
        request, form, runs.TEXTS, "messaging/import_list.html", reading.guess
    )


@importing.get_or_post
@needs(Right.IMPORT)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it runs: columns, and all that it would bring. While and after: what came of it."""
    source = importing.find(request, pk, kind=runs.TEXTS)
    if source.state != ContactImport.State.MAPPING:
        return importing.outcome(request, source)
    source.options = source.options or runs.options()
    form = LogForm(request.POST or None, source=source)
    if form.is_valid():
        source.mapping, source.options = form.mapping, form.options
        if "preview" not in request.POST:
            runs.start(source, by=request.user)
            return redirect(source)
        source.save(update_fields=["mapping", "options"])
    missing = reading.missing(reading.places(source.mapping))
    context = {"source": source, "kind": kinds.of(source), "form": form, "zones": zones()}
    if not form.errors and not missing:
        context |= _told(runs.look_at(source), request.user)
    status = 422 if form.errors else 200
    return render(request, "messaging/import_mapping.html", context, status=status)


def _told(look: Look, user: Any) -> dict[str, Any]:
    """What the preview says."""
    numbers = {number.address: number for number in Number.objects.all()}
    return {
        "look": look,
        "ours": [(numbers.get(one[:16]), one, count) for one, count in look.ours.most_common()],
        "reasons": [(why, *seen) for why, seen in list(look.reasons.items())[:REASONS]],
        "more_reasons": max(0, len(look.reasons) - REASONS),
        "preview": list(_shown(look.rows, numbers, user)),
    }


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
