"""Bringing lists of people along: the file, its columns, what came of it, and undoing it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import custom
from contacts.access import needs
from contacts.exporting.delimited import Echo, harmless
from contacts.forms.importing import FileForm, MappingForm
from contacts.importing import columns, foreseen, kinds, storing, work
from contacts.importing.custom_columns import CustomColumns
from contacts.models import Contact, ContactImport, ImportRow
from contacts.models.contact_import import PEOPLE
from contacts.models.member import eyes_of
from contacts.paging import page
from contacts.roles import Right

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PREVIEWED = 20
State = ContactImport.State
STORED = (ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED)
UNDONE = (ImportRow.Outcome.UNDONE, ImportRow.Outcome.KEPT)
PARTLY = "partly"  # stored without cells that could not be read, also if undone since
PARTLY_OF = (*STORED, ImportRow.Outcome.SAME, ImportRow.Outcome.UNDONE)

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@needs(Right.IMPORT)
def import_list(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    return choosing(
        *(request, form, PEOPLE, "contacts/import_list.html"),
        lambda header: columns.guess(header, custom.current(Contact)),
    )


def choosing(
    request: HttpRequest,
    form: FileForm,
    kind: str,
    template: str,
    guess: Callable[[list[str]], list[str]],
    brought: Callable[[ContactImport], None] = lambda source: None,
) -> HttpResponse:
    """
    Earlier ones of this kind, and the field for another file. guess: its columns' mapping;
    brought: what follows.
    """
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["file"]
        source = storing.bring(request.user, rows, form.name, guess(rows[0]), kind)
        brought(source)
        if form.unread:
            messages.warning(request, form.unread)
        return redirect(source)
    theirs = ContactImport.objects.visible_to(request.user).filter(kind=kind)
    rows = theirs.select_related("author").order_by("-pk")[:50]
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "rows": rows}, status=status)


@get_or_post
@needs(Right.IMPORT)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it runs: columns and a preview. While and after: what came of each row."""
    source = find(request, pk, kind=PEOPLE)
    if source.state != State.MAPPING:
        return outcome(request, source)
    source.author = source.author or cast("User", request.user)  # who brought it may be gone
    form = MappingForm(request.POST or None, source=source)
    if form.is_valid():
        source.mapping, source.updates = form.mapping, form.cleaned_data["updates"]
        if "preview" not in request.POST:
            names = ("mapping", "updates", "author")
            news = {name: getattr(source, name) for name in names}
            work.move(pk, [State.MAPPING], State.RUNNING, by=request.user, **news)
            return redirect(source)
        source.save(update_fields=["mapping", "updates"])
    status = 422 if form.errors else 200
    own = CustomColumns(source.mapping, source.options)
    context: dict[str, Any] = {"source": source, "kind": kinds.of(source), "form": form, "own": own}
    found = foreseen.look(source, own)
    context |= {
        "preview": found[:PREVIEWED],
        "foreseen": foreseen.words(found, source.waiting()),
    }
    return render(request, "contacts/import_mapping.html", context, status=status)


@require_safe
@needs(Right.IMPORT)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that moves."""
    source = find(request, pk)
    if not getattr(request, "htmx", False):
        return redirect(source)
    return render(request, "contacts/_import_progress.html", _outcome(request, source))


@require_POST
@needs(Right.IMPORT)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    source = find(request, pk)
    work.move(pk, [State.DONE, State.FAILED], State.UNDOING, by=request.user)
    return redirect(source)


@require_POST
@needs(Right.IMPORT)
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one that stopped go on where it was; that of nobody becomes theirs."""
    source = find(request, pk)
    work.move(
        pk, [State.FAILED], State.RUNNING, by=request.user, author=source.author or request.user
    )
    return redirect(source)


@require_safe
@needs(Right.IMPORT)
def import_skipped(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were skipped or lack something, as they came: to mend and bring again."""
    source = find(request, pk)
    response = StreamingHttpResponse(_to_mend(source), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="to-mend-{source.pk}.csv"'
    return response


def _to_mend(source: ContactImport) -> Iterator[str]:
    """Behind each what became of it, and why."""
    writer = csv.writer(Echo())
    header = [*source.header, "What became of it", "Why"]
    yield "\ufeff" + writer.writerow([harmless(name) for name in header])
    labels = dict(ImportRow.Outcome.choices) | kinds.of(source).labels
    rows = source.rows.exclude(problem="").exclude(outcome=ImportRow.Outcome.KEPT)
    for row in rows.order_by("line").iterator(chunk_size=1000):
        short = [""] * (len(source.header) - len(row.cells))
        cells = [*row.cells, *short, labels[row.outcome], row.problem]
        yield writer.writerow([harmless(cell) for cell in cells])


def outcome(request: HttpRequest, source: ContactImport) -> HttpResponse:
    """The page of one that was started."""
    return render(request, "contacts/import_detail.html", _outcome(request, source))


def _outcome(request: HttpRequest, source: ContactImport) -> dict[str, Any]:
    kind = kinds.of(source)
    counts, partly = _counted(source)
    asked = request.GET.get("show", "")
    shown = _shown(asked, counts)
    rows = source.rows.filter(outcome=shown)
    if shown == PARTLY:
        rows = source.rows.filter(outcome__in=PARTLY_OF).exclude(problem="")
    found = page(rows.select_related("contact"), "line", cursor=request.GET.get("cursor", ""))
    _conceal(found.items, request.user)
    is_moving = source.state in {State.RUNNING, State.UNDOING}
    is_left = source.state != State.UNDONE or ImportRow.Outcome.KEPT in counts
    is_undone = source.state in {State.UNDONE, State.UNDOING}
    return {
        "source": source,
        "kind": kind,
        "results": kind.results(source) if is_left else None,
        "facts": [] if is_moving else kind.facts(source),
        "page": found,
        "asked": asked if asked == shown else "",
        "shown": shown,
        "counts": [
            (word, kind.labels.get(word, label), counts.get(word, 0))
            for word, label in ImportRow.Outcome.choices
        ],
        "to_mend": counts.get(ImportRow.Outcome.SKIPPED, 0) + partly,
        "partly": partly,
        "partly_label": kind.undone_partly if is_undone else "With something left out",
        "undone": (undone := sum(counts.get(word, 0) for word in UNDONE)),
        "to_undo": undone + sum(counts.get(word, 0) for word in STORED),
        "waiting": (waiting := source.waiting()),
        "done": (done := sum(counts.values())),
        "total": done + waiting,
        "is_moving": is_moving,
        "states": State,
    }


def _shown(asked: str, counts: dict[str, int]) -> str:
    """What was asked for; else what was skipped, or else the first outcome any row has."""
    if asked in ImportRow.Outcome or asked == PARTLY:
        return asked
    every: list[str] = [ImportRow.Outcome.SKIPPED, *ImportRow.Outcome]
    return next((word for word in every if counts.get(word)), every[0])


def _conceal(rows: list[ImportRow], user: Any) -> None:
    """Who is another team's by now is not named."""
    sees = eyes_of(user)
    for row in rows:
        if row.contact and not sees(row.contact):
            row.contact = None


def _counted(source: ContactImport) -> tuple[dict[str, int], int]:
    """How many rows of each outcome, and how many of them are PARTLY."""
    said = Count("pk", filter=~Q(problem=""))
    rows = source.rows.order_by().values_list("outcome").annotate(n=Count("pk"), said=said)
    found = {word: (n, said) for word, n, said in rows}
    counts = {word: n for word, (n, _) in found.items()}
    return counts, sum(found[word][1] for word in PARTLY_OF if word in found)


def find(request: HttpRequest, pk: int, **more: Any) -> ContactImport:
    """One of theirs, or 404."""
    return get_object_or_404(ContactImport.objects.visible_to(request.user), pk=pk, **more)
