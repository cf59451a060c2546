"""A log of texts as a kind of what contacts.importing brings: its options, its start, its rows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from contacts.halving import by_halves
from contacts.importing import kinds, work
from contacts.importing.rows import Row
from contacts.models import ContactImport, ImportRow
from messaging.models import LogCount
from messaging.text_import import counting, storing, undoing
from messaging.text_import.looking import HERE
from messaging.text_import.reading import Broken, Line

MOST = 200  # rows of a transaction, whose phones nobody else texts meanwhile
TEXTS, GATEWAY = storing.TEXTS, "smrtphone"
State, Outcome = ContactImport.State, ImportRow.Outcome
BEFORE: list[str] = [State.MAPPING, State.LOOKING]


def options(*, gateway: str = GATEWAY, zone: str = "", day_first: bool = False) -> dict[str, Any]:
    """Of a ContactImport. zone: whose clock the log is by; without one, that of who looks."""
    zone = zone or timezone.get_current_timezone_name()
    return {"gateway": gateway, "zone": zone, "day_first": day_first}


def preview(source: ContactImport) -> None:
    """Keep its mapping and options, and have a worker count what a long one would bring."""
    is_long = counting.length(source) > counting.FEW
    news = {"mapping": source.mapping, "options": source.options, "problem": ""}
    source.state = State.LOOKING if is_long else State.MAPPING
    with transaction.atomic():
        mine = ContactImport.objects.filter(pk=source.pk, state__in=BEFORE)
        if mine.update(state=source.state, **news) and is_long:
            counting.begin(source)
            work.call()


def start(source: ContactImport, *, by: Any) -> None:
    """Have a worker store it, as its mapping and options say now. Nothing, if it was started."""
    with transaction.atomic():
        rows = ContactImport.objects.select_for_update()
        if not rows.filter(pk=source.pk, state__in=BEFORE).exists():
            return
        counting.begin(source)
        news = {"mapping": source.mapping, "options": source.options}
        work.move(source.pk, BEFORE, State.RUNNING, by=by, **news)


def _is_ready(source: ContactImport) -> bool:
    """
    No text can be stored before all are counted: which are alike, and who said STOP last, no row
    says alone. True if nothing was begun, or while somebody only looks.
    """
    if not LogCount.objects.filter(source=source).exists():
        return True
    if not counting.is_done(source):
        return False
    if source.state == State.RUNNING:
        counting.note(source)
    return True


def _store(source: ContactImport, rows: list[Row]) -> None:
    understood: list[tuple[Row, Line]] = []
    understand = counting.reader(source).understand
    for row in rows:
        try:
            understood.append((row, understand(row.cells)))
        except Broken as problem:
            row.outcome, row.problem = Outcome.SKIPPED, str(problem)[:250]
    gateway = source.options["gateway"]
    by_halves(understood, lambda some: storing.store(some, gateway, source.author), _refuse)


def _refuse(one: tuple[Row, Line], why: str) -> None:
    row, _ = one
    row.outcome, row.problem, row.contact_id, row.before = Outcome.SKIPPED, why[:250], None, {}


def _undo(_: ContactImport, rows: list[Row]) -> None:
    undoing.undo(rows)


def _results(source: ContactImport) -> tuple[str, str]:
    return "Show the texts", f"{reverse('messaging:communications')}?brought={source.pk}"


def counted(source: ContactImport) -> dict[str, int]:
    """What became of its rows, in words of the command; without what there is none of."""
    is_here = Q(outcome=Outcome.SKIPPED, problem=HERE)
    found = {
        "stored": Q(outcome=Outcome.CREATED),
        "here already": is_here,
        "opted out": Q(before__opted_out=True),
        "skipped": Q(outcome=Outcome.SKIPPED) & ~is_here,
    }
    counts = {words: source.rows.filter(which).count() for words, which in found.items()}
    counts["to come"] = source.waiting()
    return {words: count for words, count in counts.items() if count}


def _facts(source: ContactImport) -> list[tuple[str, int]]:
    """What was made beside texts, and is still there."""
    kept = Q(outcome=Outcome.CREATED)
    found = source.rows.aggregate(
        contacts=Count("pk", filter=kept & Q(before__has_key="contact")),
        numbers=Count("pk", filter=kept & Q(before__has_key="number")),
        stops=Count("pk", filter=Q(before__opted_out=True)),
    )
    words = {
        "contacts": "New contacts",
        "numbers": "New numbers of ours, switched off",
        "stops": "Opted out, as they had said",
    }
    return [(label, found[name]) for name, label in words.items() if found[name]]


KIND = kinds.Kind(
    _store,
    _undo,
    MOST,
    page="messaging:import",
    title="Import texts",
    results=_results,
    labels={Outcome.CREATED: "Stored"},
    facts=_facts,
    is_ready=_is_ready,
    undone_partly="With something kept",
    stays="Who said STOP in it stays opted out.",
)
