"""`manage.py seed_demo`: sample people, numbers and texts, for demo mode only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging.demo.store import seed


class Command(BaseCommand):
    help = "Fills an empty database with sample people and texts (DEMO=true); sends nothing."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Sample people are for demo mode only: DEMO is not set.")
        added = seed()
        if options["verbosity"]:
            self.stdout.write(
                "Sample people and texts were added: sign in as demo, password demo."
                if added
                else "Nothing was added: this database has records already."
            )
