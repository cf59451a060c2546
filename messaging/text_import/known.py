"""Which texts of a log are here already: each is stored once, however often its log is brought."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from messaging.models import Direction, Message
from messaging.models.message import FROM_A_LOG
from messaging.text_import.reading import Line

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: A text we know from its webhook, whose clock may differ from the log's.
AROUND = timedelta(minutes=2)
_OURS = uuid.UUID("6f0c4f52-6d0e-4d0b-9c0a-5b1f6a5a7c11")

#: A line, and its place among those of its log that are alike: 0 for the first.
Placed = tuple[Line, int]
Heard = dict[tuple[Any, ...], list[datetime]]


def key(line: Line, gateway: str) -> str:
    """What tells a text from others; alike ones are told apart by their places."""
    if line.id:
        return f"{gateway}|{line.id}"
    ends = f"{line.is_inbound}|{line.ours}|{line.theirs}"
    return f"{gateway}|{ends}|{line.at.timestamp()}|{line.text}"


def reference(line: Line, place: int, gateway: str) -> uuid.UUID:
    return uuid.uuid5(_OURS, f"{key(line, gateway)}|{place}")


def here(lines: list[Placed], gateway: str) -> list[bool]:
    """Of each whether it was brought before, or is known from the time when it was sent."""
    if not lines:
        return []
    references = [reference(line, place, gateway) for line, place in lines]
    brought = set(_of("reference", references).values_list("reference", flat=True))
    ids = {line.id for line, _ in lines} - {""}
    told = set(
        _of("external_id", ids).filter(gateway=gateway).values_list("external_id", flat=True)
    )
    heard = _heard([line for line, _ in lines])
    return [
        own in brought
        or bool(line.id and (place or line.id in told))
        or _times(line, heard) > (0 if line.id else place)
        for own, (line, place) in zip(references, lines, strict=True)
    ]


def _of(name: str, values: list[uuid.UUID] | set[str]) -> QuerySet[Message]:
    return Message.objects.filter(**{f"{name}__in": values})


def _times(line: Line, heard: Heard) -> int:
    return sum(abs(at - line.at) <= AROUND for at in heard.get(_ends(line), ()))


def _ends(line: Line) -> tuple[Any, ...]:
    direction = Direction.INBOUND if line.is_inbound else Direction.OUTBOUND
    return line.theirs[:16], line.ours[:16], direction, line.text


def _heard(lines: list[Line]) -> Heard:
    """When texts came and went that no log brought, by their phones, direction and words."""
    times = [line.at for line in lines]
    rows = Message.objects.filter(
        phone__in={line.theirs[:16] for line in lines},
        created_at__range=(min(times) - AROUND, max(times) + AROUND),
    ).exclude(detail=FROM_A_LOG)
    found: Heard = defaultdict(list)
    names = ("phone", "number__address", "direction", "text", "created_at")
    for *ends, at in rows.values_list(*names).iterator():
        found[tuple(ends)].append(at)
    return found
