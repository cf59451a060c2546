"""A worker's part: chunk after chunk, for a bounded time, and then it asks to be called again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from contacts.importing.writing import roomy
from messaging import queue
from messaging.broadcasts.counting import keep_counts
from messaging.broadcasts.halting import halt_chunk
from messaging.broadcasts.looking_up import look_up_chunk
from messaging.broadcasts.prepare import prepare_chunk
from messaging.broadcasts.pricing import keep_estimate
from messaging.broadcasts.queueing import queue_chunk
from messaging.models import Broadcast

log = logging.getLogger(__name__)

TASK = "messaging.tasks.broadcasts"
LONGEST = 20  # seconds; well under the queue's timeout for a task


def _write_out(pk: int) -> bool:
    return prepare_chunk(pk) or look_up_chunk(pk) or keep_estimate(pk)


STEPS = {
    Broadcast.State.PREPARING: _write_out,
    Broadcast.State.READY: _write_out,
    Broadcast.State.QUEUEING: queue_chunk,
}


def call_for_work() -> None:
    """Once a minute: a call that was lost, or a worker that died, is made good."""
    if Broadcast.objects.at_work().exists():
        queue.call(TASK)
    for broadcast in Broadcast.objects.filter(state=Broadcast.State.QUEUED):
        _finish(broadcast)


def _finish(broadcast: Broadcast) -> None:
    """Nothing of it is left to be sent; those it did not reach can still be texted again."""
    if not broadcast.recipients.are_waiting():
        rows = Broadcast.objects.filter(pk=broadcast.pk, state=Broadcast.State.QUEUED)
        rows.update(state=Broadcast.State.FINISHED)


@roomy()
def work() -> int:
    """
    Go on with every broadcast that is being prepared, queued or held back, and count those that
    somebody looks at; how many chunks were written. Two workers at once take turns at each chunk.
    """
    deadline, chunks = time.monotonic() + LONGEST, 0
    keep_counts()
    for pk, state in Broadcast.objects.at_work().order_by("pk").values_list("pk", "state"):
        step = STEPS.get(Broadcast.State(state), halt_chunk)
        while _taken(step, pk):
            chunks += 1
            keep_counts()
            if time.monotonic() > deadline:
                queue.call(TASK)
                return chunks
    return chunks


def _taken(step: Callable[[int], bool], pk: int) -> bool:
    """Whether there is more. One that fails keeps no other waiting; the sweep tries again."""
    try:
        return step(pk)
    except Exception:
        log.exception("Broadcast %s could not go on", pk)
        return False
