"""The second path out, beside the queue: for cron, or where no cluster runs."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from messaging import fence, inbox, outbox

SWEEP_SECONDS = 60.0


class Command(BaseCommand):
    help = "Send what is due. Safe beside any number of clusters and of itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--once", action="store_true", help="send what is due now, then end")
        way.add_argument("--loop", action="store_true", help="go on until interrupted")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self._sweep()
            self.stdout.write(f"Handed over: {outbox.drain(linger=timedelta(0))}")
            return
        self._stop = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask_to_stop)
        self._loop()

    def _loop(self) -> None:
        swept = float("-inf")
        while not self._stop:
            if time.monotonic() - swept > SWEEP_SECONDS:
                self._sweep()
                swept = time.monotonic()
            outbox.drain(seconds=5.0, linger=timedelta(seconds=1))
            time.sleep(0.5)

    def _sweep(self) -> None:
        fence.advance()
        outbox.sweep()
        inbox.apply_waiting()

    def _ask_to_stop(self, *_: Any) -> None:
        self._stop = True
