"""Two clusters and two loops, as processes of their own, at the same texts."""

import os
import sys
import time
from pathlib import Path

from tests.chaos.supervisor import ROOT, Service, procfile
from tests.messaging.reliability import host

TEXTS, BATCHES, PAUSE, LONGEST = 1000, 10, 1.0, 60.0


def run(gateway):
    from messaging.models import Message

    host.clear()
    host.number()
    known = gateway.times_taken()
    services = _services()
    try:
        for service in services:
            service.start()
        for _ in range(BATCHES):
            host.texts(TEXTS // BATCHES, people=50)
            time.sleep(PAUSE)
        _wait_for(lambda: not Message.objects.filter(status__in=["queued", "sending"]).exists())
    finally:
        for service in services:
            service.stop()
    taken = gateway.times_taken() - known
    return {
        "statuses": sorted(set(Message.objects.values_list("status", flat=True))),
        "texts": Message.objects.count(),
        "taken": sum(taken.values()),
        "doubled": sum(n > 1 for n in taken.values()),
        "claims": Message.objects.order_by().values("claim_token").distinct().count(),
    }


def _services():
    output = Path(os.environ["GATEWAY_LOG"]).with_name("together.txt")
    loop = [sys.executable, str(ROOT / "manage.py"), "outbox", "--loop"]
    commands = [procfile("worker", 0), procfile("worker", 0), loop, loop]
    return [Service(str(n), words, os.environ, output) for n, words in enumerate(commands)]


def _wait_for(done):
    end = time.monotonic() + LONGEST
    while not done() and time.monotonic() < end:
        time.sleep(0.2)
