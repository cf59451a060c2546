"""Holding or taking back what is queued of a broadcast that was paused or stopped."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from messaging import halts, pacing
from messaging.models import Broadcast

CHUNK = 500


def halt_chunk(pk: int) -> bool:
    """The next few hundred; False once all are, or somebody resumed it."""
    with transaction.atomic():
        broadcast = Broadcast.objects.select_for_update(of=["self"]).get(pk=pk)
        if broadcast.halting is None or broadcast.state not in halts.HALTED:
            return False
        rows = broadcast.recipients.filter(pk__gt=broadcast.halting).exclude(message=None)
        found = list(rows.order_by("pk").values_list("pk", "message")[:CHUNK])
        halts.keep_back([message for _, message in found], broadcast.state, timezone.now())
        broadcast.halting = found[-1][0] if len(found) == CHUNK else None
        broadcast.save(update_fields=["halting"])
        if broadcast.halting is None:
            pacing.settle([int(pk) for pk in broadcast.queued])
    return broadcast.halting is not None
