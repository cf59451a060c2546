"""For monitoring: `manage.py health` ends with 1 when texts do not flow."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from messaging import health


class Command(BaseCommand):
    requires_system_checks = ()  # whose sentences would be no JSON
    help = "Say as JSON whether texts flow; the exit code is 1 if they do not."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = health.look().as_dict()
        except DatabaseError as error:
            found = {"ok": False, "database": " ".join(str(error).split())}
        self.stdout.write(json.dumps(found, indent=2))
        if not found["ok"]:
            sys.exit(1)
