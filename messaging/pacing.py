"""
The pace of broadcasts: BROADCAST_RATE texts a second leave each number, however many broadcasts it
has, and also when a night, a pause or a machine that was off let very many become due at once.
Those too many are given the number's next free turns, each once, so that what people write
meanwhile does not stand behind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from messaging.bulk import moment, time_value, together
from messaging.models import Message, Origin, Pace, Status
from messaging.models.pace import LONG_AGO

if TYPE_CHECKING:
    from messaging.candidates import Candidate

TURN = "turn"
BURST = timedelta(seconds=2)  # how late a text may be without losing its turn
SHELF_LIFE = timedelta(hours=24)

_POSTPONE = """
    UPDATE messaging_message
       SET send_after = column2, expires_at = column3, reason = 'turn', updated_at = column4
      FROM ({rows}) AS news WHERE id = column1 AND status = 'queued'
"""


def hold(candidates: list[Candidate], now: datetime) -> list[Candidate]:
    """Those that may leave now; the others wait for their turn. In a transaction of the claim's."""
    asking = [row for row in candidates if _asks(row, now)] if settings.BROADCAST_RATE else []
    if not asking:
        return candidates
    step = timedelta(seconds=1 / settings.BROADCAST_RATE)
    paces = _lock({row.number_id for row in asking})
    late: dict[int, datetime] = {}
    for row in asking:
        pace = paces[row.number_id]
        turn = max(pace.free_at, now - BURST)
        pace.free_at = turn + step
        if turn > now:
            late[row.pk] = turn
    Pace.objects.bulk_update(paces.values(), ["free_at"])
    _postpone(late, now)
    return [row for row in candidates if row.pk not in late]


def settle(numbers: Iterable[int]) -> None:
    """Turns that nobody needs any more, as of a broadcast that was stopped, are free again."""
    for pace in Pace.objects.select_for_update().filter(number__in=numbers).order_by("number"):
        queued = Message.objects.filter(number=pace.number_id, status=Status.QUEUED, reason=TURN)
        last = queued.order_by("-send_after").values_list("send_after", flat=True).first()
        pace.free_at = last or LONG_AGO
        pace.save(update_fields=["free_at"])


def _asks(row: Candidate, now: datetime) -> bool:
    """Whether it has no turn yet, or missed it."""
    if row.origin != Origin.BROADCAST:
        return False
    due = moment(row.send_after)
    return row.reason != TURN or due is None or due < now - BURST


def _lock(numbers: Iterable[int]) -> dict[int, Pace]:
    """Of each number, from its first broadcast on; in one order everywhere."""
    Pace.objects.bulk_create([Pace(number_id=pk) for pk in sorted(numbers)], ignore_conflicts=True)
    rows = Pace.objects.select_for_update().filter(number__in=numbers).order_by("number")
    return {row.number_id: row for row in rows}


def _postpone(turns: dict[int, datetime], now: datetime) -> None:
    """Waiting for its turn does not make a text stale: its shelf life moves along."""
    rows = [
        (pk, time_value(turn), time_value(turn + SHELF_LIFE), time_value(now))
        for pk, turn in turns.items()
    ]
    together(_POSTPONE, rows, "bigint, timestamptz, timestamptz, timestamptz")
