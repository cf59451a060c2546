"""`manage.py backup FILE`, beside what runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts.progress import Progress
from messaging.backup import BackupFailed, back_up


class Command(BaseCommand):
    help = "Write the whole database to a file, while everything runs; only its owner can read it."
    requires_system_checks: list[str] = []  # a backup is most wanted when something is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to; what is there is replaced")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with Progress(self.stdout) as line:
                size = back_up(file, line)
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file}: {size:,} bytes. Keep .env elsewhere, and FENCE_FILE nowhere.")
