"""
Writing the audit log, and checking it.

Rows are chained: each one's SHA-256 covers the former's. Whoever writes holds a lock until their
transaction ends, so there is one row after another, whatever happens at once; write as the last
thing in a transaction. What is written names rows by their keys, and phones by their last digits,
because nothing of it can be erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from contacts.models.audit_entry import Action, AuditEntry

__all__ = ["Action", "Broken", "changed", "note", "noting", "tail", "verify"]

_LOCK = 4_711_063_201  # of PostgreSQL's advisory locks: any number nobody else uses


class Broken(Exception):
    """Which row is not as it was written: a plain sentence."""


@transaction.atomic
def note(action: Action, *, by: Any = None, about: str = "") -> AuditEntry:
    """Write down that somebody (None: nobody who signed in) did it, in the transaction it is in."""
    _wait_for_turn()
    last = AuditEntry.objects.order_by("-number").first()
    row = AuditEntry(
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        actor_id=by.pk if by else None,
        actor=by.get_username() if by else "",
        action=action,
        about=" ".join(about.replace("\x00", "").encode("utf-8", "replace").decode().split())[:250],
        before=last.hash if last else "",
    )
    row.hash = digest(row)
    row.save(force_insert=True)
    return row


@contextmanager
def noting(action: Action, *, by: Any) -> Iterator[Callable[[str], None]]:
    """The change and its row in one transaction; what the block says stands in the row."""
    said: list[str] = []
    with transaction.atomic():
        yield said.append
        note(action, by=by, about="; ".join(said))


def changed(what: str, row: Any, form: Any, *, but: str = "") -> str:
    """
    "Number 3 Office: label, daily_limit": which fields of a form were changed, not to what. but:
    a field that is no part of the row.
    """
    fields = ", ".join(name for name in form.changed_data if name != but)
    return f"{what} {row.pk} {row}: {fields}" if fields else f"{what} {row.pk} {row}"


def digest(row: AuditEntry) -> str:
    """SHA-256 of all that a row says, as 64 hexadecimal digits."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [row.number, at, row.actor_id, row.actor, str(row.action), row.about, row.before]
    words = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def verify(told: Callable[[int], None] = lambda rows: None) -> tuple[int, str]:
    """
    How many rows there are, and the hash of the last. Raises Broken at the first that is not. told:
    called with how many were looked at.
    """
    number, before = 0, ""
    for row in _rows():
        number += 1
        if row.number != number:
            raise Broken(f"Row {number} is missing: row {row.number} follows.")
        if row.before != before:
            raise Broken(f"Row {number} does not follow row {number - 1} as that is now.")
        if row.hash != digest(row):
            raise Broken(f"Row {number} was changed.")
        before = row.hash
        told(number)
    return number, before


def tail(phone: str) -> str:
    """A phone as the log may hold it: its last four digits."""
    return f"…{phone[-4:]}"


def _rows() -> Iterator[AuditEntry]:
    return AuditEntry.objects.order_by("number").iterator(chunk_size=2000)


def _wait_for_turn() -> None:
    """On SQLite the transaction itself is the lock: only one writes at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
