"""
Sending what is due: claim, deliver on threads, record from this thread only.

Each gateway has a lane of its own, so that nobody waits behind a slow one that is not his.
A lane is refilled when half of what it claimed is done; it holds little more than that takes,
because whatever is claimed but not recorded at a crash becomes unconfirmed.
"""

from __future__ import annotations

import queue
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.utils import timezone

from messaging import fence, wire
from messaging.models import Message, Status
from messaging.outbox.claim import Claim, claim, has_due
from messaging.outbox.deliver import Result, deliver
from messaging.outbox.record import record

CONNECTIONS = 32
# Messages under way in a lane: at most, and when more are claimed. Enough are left at the refill
# to keep all connections busy while a batch is written down and the next is claimed.
CLAIMED, REFILL_AT = 112, 64
BATCH_SECONDS = 0.1
LINGER = timedelta(seconds=8)  # longer than the longest undo window people choose
POLL_SECONDS = 0.05


class Lane:
    """One gateway's connections and how many of its messages are under way."""

    def __init__(self, name: str, results: queue.SimpleQueue[Result]) -> None:
        self.name = name
        self.gateway = wire.build(name)
        self.in_flight = 0
        self._results = results
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix=name)

    def refill(self) -> None:
        if self.in_flight <= REFILL_AT:
            for one in claim(self.name, CLAIMED - self.in_flight):
                self.in_flight += 1
                self._threads.submit(self._deliver, one)

    def close(self) -> None:
        self._threads.shutdown()

    def _deliver(self, one: Claim) -> None:
        self._results.put(deliver(one, self.gateway))


def drain(*, seconds: float = 20.0, linger: timedelta = LINGER) -> int:
    """
    Send everything due, and what becomes due while we look, for about `seconds`, and then wait
    for the answers under way: well within the time the queue gives a task.

    Returns how many messages were handed to a gateway. Safe beside any number of others.
    """
    if fence.is_locked():
        return 0
    results: queue.SimpleQueue[Result] = queue.SimpleQueue()
    lanes = {name: Lane(name, results) for name in wire.available()}
    end, done = time.monotonic() + seconds, 0
    try:
        while time.monotonic() < end:
            for lane in lanes.values():
                lane.refill()
            if any(lane.in_flight for lane in lanes.values()):
                done += _settle(_collect(results, lanes), lanes)
            elif not _wait_for_due(linger):
                break
    finally:
        done += _finish(results, lanes)
    return done


def _finish(results: queue.SimpleQueue[Result], lanes: dict[str, Lane]) -> int:
    """Wait for what is under way, and close the lanes whatever happens."""
    done = 0
    try:
        while any(lane.in_flight for lane in lanes.values()):
            done += _settle(_collect(results, lanes), lanes)
    finally:
        for lane in lanes.values():
            lane.close()
    return done


def _collect(results: queue.SimpleQueue[Result], lanes: dict[str, Lane]) -> list[Result]:
    """The next batch: half of what is under way, or what came within a moment."""
    in_flight = sum(lane.in_flight for lane in lanes.values())
    enough = in_flight // 2 if in_flight > CONNECTIONS else in_flight
    batch = [results.get()]
    end = time.monotonic() + BATCH_SECONDS
    while len(batch) < enough and (left := end - time.monotonic()) > 0:
        try:
            batch.append(results.get(timeout=left))
        except queue.Empty:
            break
    return batch


def _settle(batch: list[Result], lanes: dict[str, Lane]) -> int:
    """Whatever cannot be recorded is not waited for: its lease expires, and it is looked up."""
    for result in batch:
        lanes[result.claim.gateway].in_flight -= 1
    record(batch)
    return len(batch)


def _wait_for_due(linger: timedelta) -> bool:
    """Sleep a moment if something is about to become due; False if nothing is."""
    now = timezone.now()
    soon = Message.objects.filter(
        status=Status.QUEUED, send_after__gt=now, send_after__lte=now + linger
    )
    if not soon.exists():
        return False
    time.sleep(POLL_SECONDS)  # what is due already may be held back, by a resting gateway say
    while not has_due(timezone.now()) and timezone.now() <= now + linger:
        time.sleep(POLL_SECONDS)
    return True
