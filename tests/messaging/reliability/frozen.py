"""The idle workers of a real cluster are killed: it freezes, ends itself and is started anew."""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.chaos.supervisor import Service, processes
from tests.messaging.reliability import host

LONGEST = 60.0  # seconds to wait for anything
LONG_ENOUGH = 11.0  # what dies sooner is not started again
#: As the product is started by `make run`: scripts/own_group.py starts again what died.
COMMAND = [sys.executable, "scripts/own_group.py", sys.executable, "manage.py", "qcluster"]


def run(gateway):
    host.clear()
    host.number()
    output = Path(os.environ["GATEWAY_LOG"]).with_name("frozen.txt")
    environment = {**os.environ, "CHAOS_WATCHDOG": "1.5"}
    guard = Service("worker", COMMAND, environment, output)
    guard.start()
    try:
        return _play(guard, gateway)
    finally:
        guard.ask_to_stop()  # it ends the cluster, which is in a group of its own
        guard.stop()


def _play(guard, gateway):
    began = time.monotonic()
    started = _beats_until(lambda: time.monotonic() - began > LONG_ENOUGH and _workers(guard.pid))
    first = _cluster(guard.pid)
    for pid in _workers(guard.pid):
        os.kill(pid, signal.SIGKILL)
    host.texts(10, people=10)
    restarted = _beats_until(lambda: _cluster(guard.pid) not in {None, first})
    sent = _beats_until(lambda: sum(gateway.times_taken().values()) == 10)
    doubled = sum(times > 1 for times in gateway.times_taken().values())
    return {"started": started, "restarted": restarted, "sent": sent, "doubled": doubled}


def _beats_until(done):
    """Ask for a sweep each second, as the queue's schedule does each minute, until it is so."""
    from django_q.tasks import async_task

    from messaging import queue

    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if done():
            return True
        async_task(queue.SWEEP, broker=queue.broker())
        time.sleep(1)
    return False


def _cluster(guard):
    """The first process of the cluster: the guard's only child."""
    return next((pid for pid in _children(guard)), None)


def _workers(guard):
    """Those of the cluster's group that wait for work."""
    cluster = _cluster(guard)
    return [pid for pid, name, group in processes() if group == cluster and name == "worker"]


def _children(pid):
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
