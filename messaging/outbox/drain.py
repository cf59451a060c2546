"""
Sending what is due: claim, deliver on threads, record from this thread only.

Each gateway has a lane of its own, so that nobody waits behind a slow one that is not his.
A lane is refilled when half of what it claimed is done; it holds little more than that takes,
because whatever is claimed but not recorded at a crash becomes unconfirmed. Where requests carry
many texts, it holds a few requests instead.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import Empty, SimpleQueue

from django.db import connection
from django.utils import timezone

from messaging import fence, queue, wire
from messaging.gateways.base import CarriesMany
from messaging.models import Message, Status
from messaging.outbox.claim import Claim, claim, has_due
from messaging.outbox.deliver import Result, deliver, deliver_together
from messaging.outbox.packing import requests
from messaging.outbox.record import record

CONNECTIONS = 32
# Messages under way in a lane: at most, and when more are claimed. Enough are left at the refill
# to keep all connections busy while a batch is written down and the next is claimed.
CLAIMED, REFILL_AT = 112, 64
FULL = 4  # requests of as many texts as a gateway takes in one, at most
BATCH_SECONDS = 0.1
LINGER = timedelta(seconds=8)  # longer than the longest undo window people choose
POLL_SECONDS = 0.05
HELP_SECONDS = 5.0  # short, so that the other worker's own tasks get their turn in between


class Lane:
    """One gateway's connections and how many of its messages are under way."""

    def __init__(self, name: str, results: SimpleQueue[list[Result]]) -> None:
        self.name = name
        self.gateway = wire.build(name)
        self.carrier = self.gateway if isinstance(self.gateway, CarriesMany) else None
        self.in_flight = 0
        self.needs_help = False
        self._room = CLAIMED
        self._results = results
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix=name)

    def refill(self) -> None:
        if self.in_flight > self._room * REFILL_AT // CLAIMED:
            return
        room = self._room - self.in_flight
        claims = claim(self.name, room, self.carrier)
        self.in_flight += len(claims)
        self.needs_help = self.carrier is not None and len(claims) == room
        posts = requests(claims)
        for together in posts:
            self._threads.submit(self._deliver, together)
        if self.carrier and posts:
            each = len(claims) // len(posts)
            self._room = max(CLAIMED, min(CLAIMED * each, FULL * self.carrier.most))

    def close(self) -> None:
        self._threads.shutdown()

    def _deliver(self, together: list[Claim]) -> None:
        if self.carrier and together[0].batch:
            self._results.put(deliver_together(together, self.carrier))
        else:
            self._results.put([deliver(one, self.gateway) for one in together])


def drain(*, seconds: float = 20.0, linger: timedelta = LINGER, helps: bool = False) -> int:
    """
    Send everything due, and what becomes due while we look, for about `seconds`, and then wait
    for the answers under way: well within the time the queue gives a task.

    helps: it was called to the aid of another, and leaves when nothing is due.

    Returns how many messages were handed to a gateway. Safe beside any number of others.
    """
    if fence.is_locked():
        return 0
    results: SimpleQueue[list[Result]] = SimpleQueue()
    lanes = {name: Lane(name, results) for name in wire.available()}
    end, done = time.monotonic() + seconds, 0
    call_at = float("inf") if helps else 0.0
    try:
        while time.monotonic() < end:
            for lane in lanes.values():
                lane.refill()
            if time.monotonic() >= call_at and any(lane.needs_help for lane in lanes.values()):
                call_at = time.monotonic() + HELP_SECONDS
                _call_help()
            if any(lane.in_flight for lane in lanes.values()):
                done += _settle(_collect(results, lanes), lanes)
            elif helps or not _wait_for_due(linger):
                break
        else:
            _ring_again()
    finally:
        done += _finish(results, lanes)
    return done


def help_out() -> int:
    """A short drain beside another that has more to send than it can write down alone."""
    return drain(seconds=HELP_SECONDS, helps=True)


def _call_help() -> None:
    """
    Where requests carry a hundred texts, the gateway waits for the database, and that for us: two
    at once are twice as fast. Not in SQLite, where one writes at a time.
    """
    if connection.features.has_select_for_update_skip_locked:
        queue.call(queue.HELP)


def _ring_again() -> None:
    """Time is over, and others may want this worker first: what is still due is for the next."""
    if has_due(timezone.now()):
        queue.ring()


def _finish(results: SimpleQueue[list[Result]], lanes: dict[str, Lane]) -> int:
    """Wait for what is under way, and close the lanes whatever happens."""
    done = 0
    try:
        while any(lane.in_flight for lane in lanes.values()):
            done += _settle(_collect(results, lanes), lanes)
    finally:
        for lane in lanes.values():
            lane.close()
    return done


def _collect(results: SimpleQueue[list[Result]], lanes: dict[str, Lane]) -> list[Result]:
    """The next batch: half of what is under way, or what came within a moment."""
    in_flight = sum(lane.in_flight for lane in lanes.values())
    enough = in_flight // 2 if in_flight > CONNECTIONS else in_flight
    batch = [*results.get()]
    end = time.monotonic() + BATCH_SECONDS
    while len(batch) < enough and (left := end - time.monotonic()) > 0:
        try:
            batch += results.get(timeout=left)
        except Empty:
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
