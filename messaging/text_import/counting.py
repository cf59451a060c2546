"""A long log, counted by a worker: piece after piece, and after a crash from the last one on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from zoneinfo import ZoneInfo

from contacts.importing.rows import waiting
from contacts.models import ContactImport
from messaging.models import LogCount, Number
from messaging.text_import.looking import Look, Numbered, Plan, add, look
from messaging.text_import.reading import Reader, places

PIECE = 2_000  # rows of a transaction
#: Rows that are counted while somebody waits.
FEW = 500


def reader(source: ContactImport) -> Reader:
    said = source.options
    ours = frozenset(Number.objects.values_list("address", flat=True))
    return Reader(places(source.mapping), ours, ZoneInfo(said["zone"]), said["day_first"])


def length(source: ContactImport) -> int:
    """How many rows it has below its header."""
    return source.waiting() + source.rows.count()


def glance(source: ContactImport, *, most: int) -> Look:
    """What its first rows would bring."""
    rows = islice(_numbered(source), most)
    return look(rows, reader(source), source.options["gateway"])


def begin(source: ContactImport) -> None:
    """Count it as its mapping and options say now, unless that was begun."""
    if so_far(source) is None:
        LogCount.objects.filter(source=source).delete()
        LogCount.objects.create(source=source, asked=_asked(source))


def so_far(source: ContactImport) -> LogCount | None:
    """Without its plan. None if nobody counts it as it would be read now."""
    rows = LogCount.objects.filter(source=source, asked=_asked(source))
    return rows.defer("plan").first()


def is_done(source: ContactImport) -> bool:
    """Count the next piece, in a transaction of the caller's; True once there is none."""
    begun = LogCount.objects.filter(source=source, asked=_asked(source)).first()
    if begun is None:
        begin(source)
        return False
    if not begun.is_done:
        _count(begun, source)
    return begun.is_done


def _count(begun: LogCount, source: ContactImport) -> None:
    gateway = source.options["gateway"]
    found = Look.unpacked(begun.found, Plan.unpacked(begun.plan, gateway))
    if some := list(islice(_numbered(source, after=begun.line), PIECE)):
        add(found, some, reader(source))
        begun.line = some[-1][0]
    begun.is_done = len(some) < PIECE
    if begun.is_done:
        found.plan.close()
    begun.found, begun.plan = found.packed(), found.plan.packed()
    begun.save()


def note(source: ContactImport) -> None:
    """What was planned, into the rows; in a transaction of the caller's."""
    begun = LogCount.objects.get(source=source)
    notes = Plan.unpacked(begun.plan, source.options["gateway"]).notes
    for piece in source.pieces.defer("cells"):
        lines = range(piece.line, piece.line + piece.length)
        if here := {line: notes[line] for line in lines if line in notes}:
            piece.notes = here
            piece.save(update_fields=["notes"])
    begun.delete()


def _numbered(source: ContactImport, *, after: int = 0) -> Iterator[Numbered]:
    return ((row.line, row.cells) for row in waiting(source, after=after))


def _asked(source: ContactImport) -> str:
    """A fingerprint of all that a row is read by."""
    ours = sorted(Number.objects.values_list("address", flat=True))
    words = json.dumps([source.mapping, source.options, ours], sort_keys=True)
    return sha256(words.encode()).hexdigest()
