"""Two clusters and two loops, as processes of their own, at the same texts."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.chaos.supervisor import ROOT, Service, procfile
from tests.messaging.reliability import host

TEXTS, BATCHES, PAUSE, LONGEST, ROUNDS = 1000, 10, 1.0, 60.0, 4


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
        moving = Message.objects.filter(status__in=["queued", "sending"])
        for _ in range(ROUNDS):
            _wait_for(lambda: not moving.exists())
            _settle_unconfirmed()
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


def _settle_unconfirmed():
    """
    On a crowded machine the gateway may take longer than the deadline: its journal decides, as if
    it had been asked for an hour.
    """
    from messaging.models import Message
    from messaging.outbox.reconcile import UNSEEN_TIMES, reconcile

    unconfirmed = Message.objects.filter(status="unconfirmed")
    for _ in range(UNSEEN_TIMES if unconfirmed.exists() else 0):
        time.sleep(PAUSE)
        unconfirmed.update(looked_up_at=None, unseen_since=timezone.now() - timedelta(hours=1))
        reconcile()


def _wait_for(done):
    end = time.monotonic() + LONGEST
    while not done() and time.monotonic() < end:
        time.sleep(0.2)
