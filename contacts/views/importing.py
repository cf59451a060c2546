"""Bringing lists of people along: the file, its columns, what came of it, and undoing it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import audit, custom
from contacts.access import needs
from contacts.exporting.delimited import Echo, harmless
from contacts.forms.importing import FileForm, MappingForm
from contacts.importing import columns, people, storing, work
from contacts.importing.custom_columns import CustomColumns
from contacts.importing.known import Known
from contacts.models import Contact, ContactImport, ImportRow
from contacts.paging import page
from contacts.roles import Right

PREVIEWED = 20
State = ContactImport.State
STORED = (ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED)
PARTLY = "partly"  # stored, without cells that could not be read

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@needs(Right.IMPORT)
def import_list(request: HttpRequest) -> HttpResponse:
    """Earlier ones, and the field for another file."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect(keep(request.user, form.cleaned_data["file"], form.name))
    rows = ContactImport.objects.visible_to(request.user).order_by("-pk")[:50]
    status = 422 if form.errors else 200
    context = {"form": form, "rows": rows}
    return render(request, "contacts/import_list.html", context, status=status)


@transaction.atomic
def keep(author: Any, rows: list[list[str]], name: str) -> ContactImport:
    header = rows[0]
    mapping = columns.guess(header, custom.current(Contact))
    source = ContactImport.objects.create(
        author=author, name=name[:120], header=header, mapping=mapping
    )
    storing.keep(source, rows[1:])
    return source


@get_or_post
@needs(Right.IMPORT)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it runs: columns and a preview. While and after: what came of each row."""
    source = _find(request, pk)
    if source.state != State.MAPPING:
        return render(request, "contacts/import_detail.html", _outcome(request, source))
    form = MappingForm(request.POST or None, source=source)
    if form.is_valid():
        source.mapping, source.updates = form.mapping, form.cleaned_data["updates"]
        source.state = State.MAPPING if "preview" in request.POST else State.RUNNING
        with transaction.atomic():
            source.save()
            if source.state == State.RUNNING:
                audit.note(audit.Action.IMPORTED, by=request.user, about=f"Import {source.pk}")
        if source.state == State.RUNNING:
            work.call()
            return redirect(source)
    status = 422 if form.errors else 200
    own = CustomColumns(source.mapping)
    context = {"source": source, "form": form, "own": own, "preview": list(_preview(source, own))}
    return render(request, "contacts/import_mapping.html", context, status=status)


def _preview(source: ContactImport, own: CustomColumns) -> Iterator[tuple[Any, ...]]:
    """
    The first rows: what would become of each, why, the person as we read it, and what custom
    fields would hold.
    """
    for row in source.rows.order_by("line")[:PREVIEWED]:
        try:
            person = people.understand(row.cells, source.mapping)
        except people.Broken as problem:
            yield row, "Skipped", str(problem), None, [(field.label, "") for field in own.fields]
            continue
        own.fill(person, row.cells)
        found = Known([person], source.author).find(person)
        outcome = "Created" if not found else "Updated" if source.updates else "Skipped"
        who = f"We know them as {found.values['name']}." if found else ""
        yield row, outcome, f"{who} {person.unread}".strip(), person, own.shown(person)


@require_safe
@needs(Right.IMPORT)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that moves."""
    source = _find(request, pk)
    if not getattr(request, "htmx", False):
        return redirect(source)
    return render(request, "contacts/_import_progress.html", _outcome(request, source))


@require_POST
@needs(Right.IMPORT)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, [State.DONE, State.FAILED], State.UNDOING)


@require_POST
@needs(Right.IMPORT)
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one that stopped go on where it was."""
    return _move(request, pk, [State.FAILED], State.RUNNING)


def _move(request: HttpRequest, pk: int, old: list[str], new: str) -> HttpResponse:
    mine = ContactImport.objects.visible_to(request.user).filter(pk=pk, state__in=old)
    with transaction.atomic():
        moved = mine.update(state=new, problem="")
        if moved:
            words = f"Import {pk}: {State(new).label.lower()}"
            audit.note(audit.Action.IMPORTED, by=request.user, about=words)
    if moved:
        work.call()
    return redirect(_find(request, pk))


@require_safe
@needs(Right.IMPORT)
def import_skipped(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were skipped, as they came, with the reason: to mend and bring again."""
    source = _find(request, pk)
    response = StreamingHttpResponse(_skipped(source), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="skipped-{source.pk}.csv"'
    return response


def _skipped(source: ContactImport) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow([harmless(name) for name in [*source.header, "Why"]])
    rows = source.rows.filter(outcome=ImportRow.Outcome.SKIPPED).order_by("line")
    for row in rows.iterator(chunk_size=1000):
        short = [""] * (len(source.header) - len(row.cells))
        yield writer.writerow([harmless(cell) for cell in [*row.cells, *short, row.problem]])


def _outcome(request: HttpRequest, source: ContactImport) -> dict[str, Any]:
    counts, partly = _counted(source)
    shown = request.GET.get("show", "skipped")
    rows = source.rows.filter(outcome=shown if shown in ImportRow.Outcome else "skipped")
    if shown == PARTLY:
        rows = source.rows.filter(outcome__in=STORED).exclude(problem="")
    return {
        "source": source,
        "page": page(rows.select_related("contact"), "line", cursor=request.GET.get("cursor", "")),
        "shown": shown,
        "counts": [(word, label, counts.get(word, 0)) for word, label in ImportRow.Outcome.choices],
        "partly": partly,
        "waiting": counts.get("", 0),
        "total": sum(counts.values()),
        "done": sum(counts.values()) - counts.get("", 0),
        "is_moving": source.state in {State.RUNNING, State.UNDOING},
        "states": State,
    }


def _counted(source: ContactImport) -> tuple[dict[str, int], int]:
    """How many rows of each outcome, and how many were stored without some of their cells."""
    said = Count("pk", filter=~Q(problem=""))
    rows = source.rows.order_by().values_list("outcome").annotate(n=Count("pk"), said=said)
    found = {word: (n, said) for word, n, said in rows}
    counts = {word: n for word, (n, _) in found.items()}
    return counts, sum(found[word][1] for word in STORED if word in found)


def _find(request: HttpRequest, pk: int) -> ContactImport:
    return get_object_or_404(ContactImport.objects.visible_to(request.user), pk=pk)
