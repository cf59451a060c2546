"""A worker's part of importing: chunk after chunk, each a transaction, for a bounded time."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from django.dispatch import Signal
from django.urls import reverse

from contacts import audit
from contacts.halving import by_halves
from contacts.importing import kinds, people, storing, undoing, writing
from contacts.importing.custom_columns import CustomColumns
from contacts.importing.kinds import Kind
from contacts.importing.rows import CHUNK, Row, fetched, rows_of
from contacts.models import ContactImport, ImportRow
from contacts.models.contact_import import PEOPLE

log = logging.getLogger(__name__)

LONGEST = 20  # seconds; well under a queue's timeout for a task

#: There is something for `work` to do, once the transaction has committed: for whoever has workers.
work_waits = Signal()

State = ContactImport.State


def call() -> None:
    work_waits.send(ContactImport)


def move(pk: int, old: list[str], new: str, *, by: Any = None, **news: Any) -> bool:
    """Have a worker import or undo one that is in such a state; False if it is in none of them."""
    with transaction.atomic():
        rows = ContactImport.objects.filter(pk=pk, state__in=old)
        if not rows.update(state=new, problem="", **news):
            return False
        words = "" if State.MAPPING in old else f": {State(new).label.lower()}"
        audit.note(audit.Action.IMPORTED, by=by, about=f"Import {pk}{words}")
    call()
    return True


def work() -> int:
    """
    Go on with every import; how many chunks. Two workers at once take turns at each. One that
    fails stands in the way of no other.
    """
    with writing.roomy():
        return _work(time.monotonic() + LONGEST)


def finish(pk: int, told: Callable[[], None] = lambda: None) -> None:
    """
    All of one import, in this process; what the database does not let in now, the next call.
    told: called after each piece.
    """
    with writing.roomy():
        while _attempt(pk):
            told()


def _work(deadline: float) -> int:
    chunks = 0
    for pk in ContactImport.objects.at_work().order_by("pk").values_list("pk", flat=True):
        while _attempt(pk):
            chunks += 1
            if time.monotonic() > deadline:
                call()
                return chunks
    return chunks


def _attempt(pk: int) -> bool:
    """The next rows of one import. False if there are none, or none now."""
    try:
        return _chunk(pk)
    except OperationalError as busy:  # the call of the next minute goes on
        log.warning("Import %s waits for the database: %s", pk, busy)
    except Exception as error:  # a bug of ours: what is stored stays, and can be undone
        log.exception("Import %s stopped", pk)
        _stop(pk, f"Something went wrong inside smscrm ({type(error).__name__}).")
    return False


def _stop(pk: int, problem: str) -> None:
    """One that was only looked at waits for a person, as before."""
    rows, problem = ContactImport.objects.at_work().filter(pk=pk), problem[:250]
    rows.exclude(state=State.LOOKING).update(state=State.FAILED, problem=problem)
    rows.filter(state=State.LOOKING).update(state=State.MAPPING, problem=problem)


def _chunk(pk: int) -> bool:
    """The next rows; False once all are done."""
    with _uncollected(), transaction.atomic():
        source = ContactImport.objects.select_for_update(of=["self"]).get(pk=pk)
        kind = kinds.of(source)
        if source.state in {State.LOOKING, State.RUNNING} and not kind.is_ready(source):
            return True
        if source.state == State.LOOKING:
            _end(source, State.MAPPING)
        if source.state == State.RUNNING:
            return _store_next(source, kind)
        if source.state == State.UNDOING:
            return _undo_next(source, kind)
    return False


@contextmanager
def _uncollected() -> Iterator[None]:
    """
    A chunk's thousands of small things would let Python look for garbage among all that Django
    holds, again and again, for a sixth of the time; it waits until they are gone.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _store_next(source: ContactImport, kind: Kind) -> bool:
    piece = source.pieces.order_by("line").first()
    if piece is None:
        return _end(source, State.DONE)
    todo = rows_of(piece)
    kind.store(source, todo)
    writing.keep(source.pk, todo)
    piece.delete()
    return True


def _undo_next(source: ContactImport, kind: Kind) -> bool:
    done = [ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED]
    stored = source.rows.filter(outcome__in=done).order_by("-line")
    todo = fetched(stored, kind.most)
    if not todo:
        return _end(source, State.UNDONE)
    kind.undo(source, todo)
    writing.tell(todo)
    return True


def _end(source: ContactImport, state: str) -> bool:
    """There is nothing more to do: False."""
    source.state = state
    source.save(update_fields=["state"])
    return False


def _import(source: ContactImport, todo: list[Row]) -> None:
    understood = []
    custom = CustomColumns(source.mapping, source.options)
    for row in todo:
        try:
            person = people.understand(row.cells, source.mapping)
        except people.Broken as problem:
            _skip(source, row, str(problem))
        else:
            custom.fill(person, row.cells)
            understood.append((row, person))
    by_halves(
        understood,
        lambda some: storing.store(some, source.author, updates=source.updates),
        lambda one, error: _refuse(source, one[0], error),
    )


def _refuse(source: ContactImport, row: Row, why: str) -> None:
    row.contact_id, row.before = None, {}
    _skip(source, row, why)


def _skip(source: ContactImport, row: Row, why: str) -> None:
    """A row that cannot be stored; whoever it says no of is not texted all the same."""
    row.outcome, row.problem = ImportRow.Outcome.SKIPPED, why[:250]
    refusals = people.who_said_no(row.cells, source.mapping)
    storing.note_refusal(row, refusals, source.author)


def _undo(source: ContactImport, todo: list[Row]) -> None:
    undoing.undo(todo, undoing.named(todo, source))


def _contacts(source: ContactImport) -> tuple[str, str]:
    return "Show the contacts", f"{reverse('contacts:contact-list')}?imported={source.pk}"


kinds.register(
    PEOPLE,
    Kind(_import, _undo, CHUNK, "contacts:import", "Import contacts", _contacts),
)
