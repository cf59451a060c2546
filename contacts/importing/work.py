"""A worker's part of importing: chunk after chunk, each a transaction, for a bounded time."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, OperationalError, models, transaction
from django.dispatch import Signal

from contacts.importing import people, storing, undoing, writing
from contacts.importing.custom_columns import CustomColumns
from contacts.importing.people import Person
from contacts.importing.rows import Row, fetched
from contacts.models import ContactImport, ImportRow

log = logging.getLogger(__name__)

CHUNK = 4_000
LONGEST = 20  # seconds; well under a queue's timeout for a task

#: There is something for `work` to do, once the transaction has committed: for whoever has workers.
work_waits = Signal()

REFUSED = "The database refused something in it"
State = ContactImport.State


def call() -> None:
    work_waits.send(ContactImport)


def work() -> int:
    """
    Go on with every import; how many chunks. Two workers at once take turns at each. One that
    fails stands in the way of no other.
    """
    with writing.roomy():
        return _work(time.monotonic() + LONGEST)


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
    ContactImport.objects.at_work().filter(pk=pk).update(state=State.FAILED, problem=problem[:250])


def _chunk(pk: int) -> bool:
    """The next rows; False once all are done."""
    with _uncollected(), transaction.atomic():
        source = ContactImport.objects.select_for_update(of=["self"]).get(pk=pk)
        if source.state == State.RUNNING:
            rows = source.rows.filter(outcome="").order_by("line")
            return _each(source, rows, _import, State.DONE)
        if source.state == State.UNDOING:
            done = [ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED]
            rows = source.rows.filter(outcome__in=done).order_by("-line")
            return _each(source, rows, _undo, State.UNDONE)
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


def _each(
    source: ContactImport,
    rows: models.QuerySet[ImportRow],
    act: Callable[[ContactImport, list[Row]], None],
    end: str,
) -> bool:
    if todo := fetched(rows, CHUNK):
        act(source, todo)
        writing.tell(todo)
        return True
    source.state = end
    source.save(update_fields=["state"])
    return False


def _import(source: ContactImport, rows: list[Row]) -> None:
    understood = []
    custom = CustomColumns(source.mapping)
    for row in rows:
        try:
            person = people.understand(row.cells, source.mapping)
        except people.Broken as problem:
            _skip(source, row, str(problem))
        else:
            custom.fill(person, row.cells)
            understood.append((row, person))
    _store(source, understood)


def _store(source: ContactImport, rows: list[tuple[Row, Person]]) -> None:
    """All at once; if the database refuses something in them, one half and then the other."""
    try:
        with transaction.atomic():
            storing.store(rows, source.author, updates=source.updates)
    except OperationalError:
        raise
    except DatabaseError as error:
        if half := len(rows) // 2:
            _store(source, rows[:half])
            _store(source, rows[half:])
        else:
            _refuse(source, rows[0][0], error)


def _refuse(source: ContactImport, row: Row, error: DatabaseError) -> None:
    log.warning("Row %s of import %s cannot be stored", row.line, source.pk, exc_info=error)
    row.contact_id, row.before = None, {}
    _skip(source, row, f"{REFUSED} ({type(error).__name__}).")


def _skip(source: ContactImport, row: Row, why: str) -> None:
    """A row that cannot be stored; whoever it says no of is not texted all the same."""
    row.outcome, row.problem = ImportRow.Outcome.SKIPPED, why[:250]
    refusals = people.who_said_no(row.cells, source.mapping)
    storing.note_refusal(row, refusals, source.author)


def _undo(_: ContactImport, rows: list[Row]) -> None:
    undoing.undo(rows)
