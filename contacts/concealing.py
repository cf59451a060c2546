"""
What a record of ours leads to may belong to another team: then it is not shown.

A reference is forgotten for the page that is being drawn; what is stored stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from contacts.models.member import sees, team_seen

R = TypeVar("R")
REFERENCES = ("contact", "company", "main_contact")


def conceal(records: Iterable[R], user: Any, *, further: bool = True) -> Iterator[R]:
    """
    The records, without what they lead to and this user may not see. further: also what that
    leads to in turn, for who shows it: it may take a query for each.
    """
    everything = team_seen(user) is None
    for record in records:
        if not everything:
            _forget(record, user, {}, further=further)
        yield record


def _forget(record: Any, user: Any, seen: dict[Any, Any], *, further: bool) -> None:
    """
    seen: the records on the way here, for a way may lead back: somebody is the main contact of the
    company they work for.
    """
    seen[type(record), record.pk] = record
    for name in REFERENCES:
        if getattr(record, f"{name}_id", None) is None:
            continue
        other = getattr(record, name)
        if other is None:
            continue
        if not sees(user, other):
            record._state.fields_cache[name] = None
        elif known := seen.get((type(other), other.pk)):
            record._state.fields_cache[name] = known
        elif further:
            _forget(other, user, seen, further=True)
