"""
Doing one thing to many contacts: chunk after chunk, each a transaction that also remembers how
far it came. A little of it at once, so that few are done before the page is there; the rest by a
worker.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.http import QueryDict

from contacts import audit
from contacts.bulk import acts
from contacts.bulk.wording import order
from contacts.filters import ContactFilters
from contacts.models import BulkAction, BulkItem, Contact

CHUNK = 500
AT_ONCE = 0.8  # seconds, before the page
LONGEST = 20.0  # seconds; well under a queue's timeout for a task
MOST_COUNTED = 100_000

#: There is something for `work` to do, once the transaction has committed: for whoever has workers.
work_waits = Signal()

State = BulkAction.State


def audience(user: Any, query: str, ids: Sequence[int]) -> Any:
    """The contacts meant, in no order; nobody where a filter cannot be read."""
    rows = Contact.objects.visible_to(user)
    if ids:
        return rows.filter(pk__in=ids)
    filters = ContactFilters(QueryDict(query or "q="), queryset=rows)
    return filters.qs.order_by() if filters.is_understood else rows.none()


def count(user: Any, query: str) -> int:
    """How many a list finds; MOST_COUNTED + 1 for more than that."""
    return len(audience(user, query, []).values_list("pk", flat=True)[: MOST_COUNTED + 1])


def start(action: BulkAction) -> None:
    """Store it, do a little of it, and leave the rest to a worker."""
    with transaction.atomic():
        action.save()
        audit.note(audit.Action.BULK, by=action.author, about=order(action))
    _go_on(action)


def undo(action: BulkAction) -> bool:
    """False if it is not done, or somebody undid it already."""
    done = BulkAction.objects.filter(pk=action.pk, state=State.DONE)
    with transaction.atomic():
        if not done.update(state=State.UNDOING):
            return False
        audit.note(audit.Action.BULK_UNDONE, by=action.author, about=order(action))
    _go_on(action)
    return True


def _go_on(action: BulkAction) -> None:
    deadline = time.monotonic() + AT_ONCE
    while _chunk(action.pk):
        if time.monotonic() > deadline:
            work_waits.send(BulkAction)
            break
    action.refresh_from_db()


def work() -> int:
    """Go on with every one; how many chunks. Two workers at once take turns at each."""
    deadline, chunks = time.monotonic() + LONGEST, 0
    for pk in BulkAction.objects.at_work().order_by("pk").values_list("pk", flat=True):
        while _chunk(pk):
            chunks += 1
            if time.monotonic() > deadline:
                work_waits.send(BulkAction)
                return chunks
    return chunks


@transaction.atomic
def _chunk(pk: int) -> bool:
    """The next contacts; False once there are none."""
    action = BulkAction.objects.select_for_update(of=["self"]).get(pk=pk)
    if action.state == State.RUNNING:
        return _do(action)
    return action.state == State.UNDOING and _undo(action)


def _do(action: BulkAction) -> bool:
    found = audience(action.author, action.query, action.ids).filter(pk__gt=action.last)
    rows = list(found.order_by("pk").values_list("pk", "owner_id")[:CHUNK])
    if rows:
        changed = acts.do(action, rows)
        BulkItem.objects.bulk_create(
            BulkItem(action=action, contact_id=pk, before=before) for pk, before in changed
        )
        acts.note(action, changed)
        action.last = rows[-1][0]
        action.seen += len(rows)
        action.changed += len(changed)
    else:
        action.state = State.DONE
    action.save()
    return bool(rows)


def _undo(action: BulkAction) -> bool:
    items = list(action.items.order_by("pk").values_list("pk", "contact", "before")[:CHUNK])
    if items:
        rows = [(contact, before) for _, contact, before in items]
        back = acts.undo(action, rows)
        acts.note(action, [row for row in rows if row[0] in back], is_undone=True)
        action.items.filter(pk__in=[pk for pk, *_ in items]).delete()
    else:
        action.state = State.UNDONE
        action.save(update_fields=["state"])
    return bool(items)
