"""`manage.py verify_audit --known 120:9f2c…`"""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts import audit
from contacts.models import AuditEntry
from contacts.progress import Progress


class Command(BaseCommand):
    help = "Checks the audit log row by row; ends with 1 and names the first row that was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--known",
            type=known,
            metavar="ROW:HASH",
            help="what this command printed before: finds that the end was cut off, too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            total = AuditEntry.objects.count()
            with Progress(self.stdout) as line:
                rows, last = audit.verify(lambda done: line.bar(done, total, "rows"))
        except audit.Broken as broken:
            raise CommandError(str(broken)) from broken
        if options["known"]:
            number, expected = options["known"]
            row = AuditEntry.objects.filter(number=number).first()
            if row is None:
                raise CommandError(f"Row {number} is missing: the log ends with row {rows}.")
            if row.hash != expected:
                raise CommandError(f"Row {number} is not the one that was there.")
        self.stdout.write(f"{rows} rows, each as it was written.")
        if rows:
            self.stdout.write(f"Keep this elsewhere, for --known: {rows}:{last}")


def known(typed: str) -> tuple[int, str]:
    """Raises ArgumentTypeError."""
    number, _, hashed = typed.partition(":")
    if number.isascii() and number.isdigit() and len(number) < 19 and len(hashed) == 64:
        return int(number), hashed
    raise ArgumentTypeError("It is a number, a colon and 64 characters.")
