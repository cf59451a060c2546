"""
Finding contacts that share a phone, an e-mail or a whole name. Never pair by pair: each stage
walks one index for the keys that stand there twice, a few hundred at a time, and remembers how
far it came. Of more than two with the same key each is paired with the first of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Lower
from django.dispatch import Signal
from django.utils import timezone

from contacts.models import Contact, Duplicate, DuplicateSearch, Phone

CHUNK = 500  # keys
MOST_OF_A_KEY = 20  # contacts: a number that more have is a switchboard's
LONGEST = 20.0  # seconds; well under a queue's timeout for a task
OLD = timedelta(hours=6)

#: There is something for `work` to do, once the transaction has committed: for whoever has workers.
work_waits = Signal()


def _phones() -> Any:
    return Phone.objects.annotate(key=F("e164"), who=F("contact"))


def _emails() -> Any:
    return Contact.objects.exclude(email="").annotate(key=Lower("email"), who=F("pk"))


def _names() -> Any:
    """Whole names: a first name alone is nobody's own, nor are the words for who has none."""
    named = Contact.objects.exclude(first_name="").exclude(last_name="")
    return named.annotate(key=F("sort_name"), who=F("pk"))


#: Each stage: its rows, with a key and whose it is; and the column and worth of what it finds.
STAGES: dict[str, tuple[Callable[[], Any], str, int]] = {
    "phone": (_phones, "by_phone", 4),
    "email": (_emails, "by_email", 2),
    "name": (_names, "by_name", 1),
}


def search() -> DuplicateSearch:
    return DuplicateSearch.objects.get_or_create(pk=1)[0]


@transaction.atomic
def begin() -> None:
    """Look through all contacts anew, unless that is under way."""
    search()
    fresh = {"stage": "phone", "last": "", "started_at": timezone.now(), "finished_at": None}
    if DuplicateSearch.objects.filter(pk=1, stage="").update(**fresh):
        work_waits.send(DuplicateSearch)


def begin_if_old() -> None:
    """For a sweep: now and then by itself; and on with what was left."""
    row = search()
    if row.stage:
        work_waits.send(DuplicateSearch)
    elif row.finished_at is None or row.finished_at < timezone.now() - OLD:
        begin()


def work() -> int:
    """Go on with it; how many chunks."""
    deadline, chunks = time.monotonic() + LONGEST, 0
    while _chunk():
        chunks += 1
        if time.monotonic() > deadline:
            work_waits.send(DuplicateSearch)
            break
    return chunks


@transaction.atomic
def _chunk() -> bool:
    """The next keys; False once all stages are through."""
    row = DuplicateSearch.objects.select_for_update().filter(pk=1).first()
    if row is None or row.stage not in STAGES:
        return False
    rows, column, worth = STAGES[row.stage]
    keys = list(twice(rows(), row.last))
    _keep(_pairs(rows(), keys), column, worth)
    row.last = keys[-1] if keys else ""
    if not keys:
        _next_stage(row)
    row.save()
    return True


def twice(rows: Any, last: str) -> Any:
    """The next keys that stand there twice, in their order."""
    found = rows.order_by("key").values("key").annotate(n=Count("pk")).filter(n__gt=1)
    found = found.filter(key__gt=last) if last else found
    return found.values_list("key", flat=True)[:CHUNK]


def _pairs(rows: Any, keys: list[str]) -> set[tuple[int, int]]:
    found = rows.filter(key__in=keys).order_by("key", "who").values_list("key", "who")
    current = set(
        Contact.objects.current()
        .filter(pk__in={who for _, who in found})
        .values_list("pk", flat=True)
    )
    pairs: set[tuple[int, int]] = set()
    for _, group in groupby(found, key=lambda pair: pair[0]):
        people = [who for _, who in group if who in current][:MOST_OF_A_KEY]
        pairs |= {(people[0], other) for other in people[1:] if other != people[0]}
    return pairs


def _keep(pairs: set[tuple[int, int]], column: str, worth: int) -> None:
    now = timezone.now()
    given = {column: worth, "seen_at": now}
    Duplicate.objects.bulk_create(
        [Duplicate(first_id=a, second_id=b, **given) for a, b in sorted(pairs)],
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=[column, "seen_at"],
    )


def _next_stage(row: DuplicateSearch) -> None:
    names = list(STAGES)
    place = names.index(row.stage) + 1
    row.stage = names[place] if place < len(names) else ""
    if not row.stage:
        row.finished_at = timezone.now()
        old = Duplicate.objects.filter(seen_at__lt=row.started_at, dismissed_at=None)
        old.delete()


def pair(one: int, other: int) -> Duplicate:
    """Two that a person chose."""
    first, second = sorted((one, other))
    row = Duplicate.objects.get_or_create(first_id=first, second_id=second)[0]
    Duplicate.objects.filter(pk=row.pk).update(dismissed_at=None, dismissed_by=None)
    return row
