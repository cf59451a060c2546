"""`manage.py restore FILE`; afterwards nothing is sent until `manage.py unlock_sending`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts.progress import Progress
from messaging.backup import BackupFailed, restore
from messaging.models import Message, Status


class Command(BaseCommand):
    help = "Put a backup in the place of the database, and lock sending. Stop both services first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the data that is there now"
        )

    def handle(self, *, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            with Progress(self.stdout) as line:
                restore(file, line, overwrite=overwrite)
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        waiting = Message.objects.filter(status=Status.QUEUED).count()
        self.stdout.write(
            f"Restored, and sending is locked. Texts that are queued: {waiting}. Cancel those that "
            "went out since the backup, then `manage.py unlock_sending`."
        )
