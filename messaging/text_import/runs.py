"""A log of texts as a kind of what contacts.importing brings: its options, its start, its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from contacts.importing import kinds, work, writing
from contacts.importing.rows import Row
from contacts.importing.writing import among
from contacts.models import ContactImport, ImportRow
from messaging.models import Number
from messaging.text_import import storing, undoing
from messaging.text_import.looking import HERE, Look, Numbered, look
from messaging.text_import.reading import Broken, Line, Reader, places

MOST = 200  # rows of a transaction, whose phones nobody else texts meanwhile
TEXTS, GATEWAY = storing.TEXTS, "smrtphone"
State, Outcome = ContactImport.State, ImportRow.Outcome


def options(*, gateway: str = GATEWAY, zone: str = "", day_first: bool = False) -> dict[str, Any]:
    """Of a ContactImport. zone: whose clock the log is by; without one, that of who looks."""
    zone = zone or timezone.get_current_timezone_name()
    return {"gateway": gateway, "zone": zone, "day_first": day_first}


def reader(source: ContactImport) -> Reader:
    said = source.options
    ours = frozenset(Number.objects.values_list("address", flat=True))
    return Reader(places(source.mapping), ours, ZoneInfo(said["zone"]), said["day_first"])


def look_at(source: ContactImport) -> Look:
    """What it would bring."""
    rows: Iterable[Numbered] = source.rows.order_by("line").values_list("line", "cells").iterator()
    return look(rows, reader(source), source.options["gateway"])


def start(source: ContactImport, *, by: Any) -> None:
    """Have a worker store it, as its mapping and options say now. Nothing, if it was started."""
    plan = look_at(source).plan.notes
    with transaction.atomic():
        mine = ContactImport.objects.select_for_update().filter(pk=source.pk, state=State.MAPPING)
        if not mine.exists():
            return
        pks = source.rows.filter(line__in=among(plan)).values_list("pk", "line")
        writing.update(ImportRow, ("before",), [(pk, json.dumps(plan[line])) for pk, line in pks])
        news = {"mapping": source.mapping, "options": source.options}
        work.move(source.pk, [State.MAPPING], State.RUNNING, by=by, **news)


def _store(source: ContactImport, rows: list[Row]) -> None:
    understood: list[tuple[Row, Line]] = []
    understand = reader(source).understand
    for row in rows:
        try:
            understood.append((row, understand(row.cells)))
        except Broken as problem:
            row.outcome, row.problem = Outcome.SKIPPED, str(problem)[:250]
    gateway = source.options["gateway"]
    work.by_halves(understood, lambda some: storing.store(some, gateway, source.author), _refuse)


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
        "to come": Q(outcome=""),
    }
    return {
        words: count
        for words, which in found.items()
        if (count := source.rows.filter(which).count())
    }


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
    undone_partly="With something kept",
    stays="Who said STOP in it stays opted out.",
)
