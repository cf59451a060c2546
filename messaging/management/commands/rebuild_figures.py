"""Count the dashboard's figures anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from contacts.progress import Progress
from messaging import figures


class Command(BaseCommand):
    help = "Count the dashboard's figures anew from all texts. They are kept by themselves."

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(self.stdout) as line:
            days = figures.rebuild(told=lambda done, days: line.bar(done, days, "days"))
        self.stdout.write(f"Counted anew: {days} day{'' if days == 1 else 's'}")
