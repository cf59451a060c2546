"""Apply stored webhooks again."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contacts.progress import Progress
from messaging import inbox
from messaging.gateways import ADAPTERS
from messaging.models import Event

MOST_HOURS = 10 * 366 * 24


class Command(BaseCommand):
    help = "Apply stored webhooks again, oldest first. Doing it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=hours, default=72.0, help="how far back (72)")
        parser.add_argument("--gateway", choices=sorted(ADAPTERS), help="only this gateway's")

    def handle(self, *args: Any, **options: Any) -> None:
        since = timezone.now() - timedelta(hours=options["hours"])
        rows = Event.objects.filter(received_at__gte=since).order_by("received_at", "pk")
        if options["gateway"]:
            rows = rows.filter(gateway=options["gateway"])
        done = 0
        with Progress(self.stdout) as line:
            every = rows.iterator(chunk_size=200)
            for event in line.over(every, rows.count(), "webhooks"):
                inbox.replay(event)
                done += 1
        self.stdout.write(f"Applied: {done}")


def hours(typed: str) -> float:
    """Raises ArgumentTypeError for what is no time that has passed."""
    try:
        passed = float(typed)
    except ValueError:
        passed = 0.0
    if not 0 < passed <= MOST_HOURS:
        raise ArgumentTypeError(f"“{typed}” is no number of hours, such as 24")
    return passed
