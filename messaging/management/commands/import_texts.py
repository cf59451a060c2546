"""`manage.py import_texts log.csv --time-zone America/New_York`"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts.importing import limits, reading
from messaging.gateways import ADAPTERS
from messaging.models import Number
from messaging.text_import.reading import FIELDS, Broken, Line, Reader, guess, missing
from messaging.text_import.storing import Log

SHOWN = 5


class Command(BaseCommand):
    help = (
        "Brings texts of an earlier time from a gateway's log (CSV or XLSX), such as smrtPhone's. "
        "Sends nothing; bringing the same log again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--gateway", default="smrtphone", choices=[*ADAPTERS])
        parser.add_argument("--time-zone", type=zone, help="whose clock it is by; at first, ours")
        parser.add_argument("--day-first", action="store_true", help="27/11/2026, not 11/27/2026")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            type=column,
            metavar="FIELD=NAME",
            help=f"what a column is called; fields are {', '.join(FIELDS)}",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *, file: Path, gateway: str, dry_run: bool, **options: Any) -> None:
        rows = read(file)
        columns = placed(rows[0], options["column"])
        for field, place in columns.items():
            self.stdout.write(f"{field:10} {rows[0][place]}")
        reader = Reader(
            columns,
            frozenset(Number.objects.values_list("address", flat=True)),
            options["time_zone"] or ZoneInfo(settings.TIME_ZONE),
            options["day_first"],
        )
        reasons: Counter[str] = Counter()
        lines = self.understood(rows[1:], reader, reasons)
        if dry_run:
            self.show(list(lines))
        else:
            log = Log(gateway)
            log.store(lines)
            for what, count in log.counts.items():
                self.stdout.write(f"{count:,} {what}")
        if reasons:
            self.stdout.write(f"{reasons.total():,} skipped")

    def understood(
        self, rows: list[list[str]], reader: Reader, reasons: Counter[str]
    ) -> Iterator[Line]:
        """Each row; of those that cannot be read, each reason is said the first time."""
        for number, cells in enumerate(rows, 2):
            try:
                yield reader.understand(cells)
            except Broken as problem:
                if not reasons[str(problem)]:
                    self.stderr.write(f"Row {number}: {problem}")
                reasons[str(problem)] += 1

    def show(self, lines: list[Line]) -> None:
        self.stdout.write(f"{len(lines):,} could be stored, such as")
        for line in lines[:SHOWN]:
            way = "from" if line.is_inbound else "to"
            self.stdout.write(
                f"{line.at:%Y-%m-%d %H:%M %Z} {line.status.label} {way} {line.theirs}"
            )


def read(file: Path) -> list[list[str]]:
    """Raises CommandError."""
    try:
        return reading.rows(file.read_bytes())
    except (OSError, limits.Unreadable) as error:
        raise CommandError(f"{file}: {error}") from error


def placed(header: list[str], named: list[tuple[str, str]]) -> dict[str, int]:
    """Where each field stands. Raises CommandError."""
    columns = guess(header)
    for field, name in named:
        if name not in header:
            raise CommandError(f"No column is called “{name}”. There are: {', '.join(header)}.")
        columns[field] = header.index(name)
    if gone := missing(columns):
        raise CommandError(
            f"Say which columns hold {', '.join(gone)}: --column {gone[0]}=NAME. "
            f"There are: {', '.join(header)}."
        )
    return columns


def column(typed: str) -> tuple[str, str]:
    """Raises ArgumentTypeError."""
    field, _, name = typed.partition("=")
    if field not in FIELDS or not name:
        raise ArgumentTypeError(f"“{typed}” is not FIELD=NAME with one of {', '.join(FIELDS)}")
    return field, name


def zone(typed: str) -> ZoneInfo:
    """Raises ArgumentTypeError."""
    try:
        return ZoneInfo(typed)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentTypeError(f"“{typed}” is no time zone: try one like Europe/Berlin") from error
