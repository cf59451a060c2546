"""For monitoring: `manage.py health` ends with 1 when texts do not flow."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from messaging import health


class Command(BaseCommand):
    help = "Say as JSON whether texts flow; the exit code is 1 if they do not."

    def handle(self, *args: Any, **options: Any) -> None:
        found = health.look()
        self.stdout.write(json.dumps(found.as_dict(), indent=2))
        if not found.ok:
            sys.exit(1)
