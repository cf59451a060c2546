"""
Broadcasts that were paused or stopped: their rows say so, and each claim asks them. So one click
holds a hundred thousand texts; what stands in the queue is held or taken back bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contacts.importing.writing import among
from messaging.bulk import together
from messaging.models import Broadcast, Message, Origin, Status

if TYPE_CHECKING:
    from messaging.candidates import Candidate

State = Broadcast.State
HALTED = (State.PAUSED, State.STOPPED)
#: When texts leave whose broadcast is paused: not before somebody resumes it.
HELD_UNTIL = datetime(9000, 1, 1, tzinfo=UTC)

# Plain SQL where every text of a broadcast passes.
_HALTED = """
    SELECT recipient.message_id, broadcast.state
      FROM ({rows}) AS news
      JOIN messaging_broadcastrecipient AS recipient ON recipient.message_id = column1
      JOIN messaging_broadcast AS broadcast ON broadcast.id = recipient.broadcast_id
     WHERE broadcast.state IN ('paused', 'stopped')
"""


def hold(candidates: list[Candidate], now: datetime) -> list[Candidate]:
    """Those that may leave now. The others are held or taken back, if nobody did so yet."""
    asked = [(row.pk,) for row in candidates if row.origin == Origin.BROADCAST]
    halted: dict[str, list[int]] = {}
    for pk, state in together(_HALTED, asked, "bigint"):
        halted.setdefault(state, []).append(pk)
    for state, ids in halted.items():
        keep_back(ids, state, now)
    held = {pk for ids in halted.values() for pk in ids}
    return [row for row in candidates if row.pk not in held]


def keep_back(ids: Iterable[int], state: str, now: datetime) -> None:
    """What is queued of these waits until it is resumed, or is cancelled where that is for good."""
    news = (
        {"status": Status.CANCELLED, "reason": "broadcast_stopped", "settled_at": now}
        if state == State.STOPPED
        else {"send_after": HELD_UNTIL, "expires_at": None, "reason": "paused"}
    )
    queued = Message.objects.filter(pk__in=among(ids), status=Status.QUEUED)
    queued.update(**news, updated_at=now)
