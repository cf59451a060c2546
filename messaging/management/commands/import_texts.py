"""`manage.py import_texts log.csv --time-zone America/New_York`"""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts.importing import limits, reading, storing, work
from contacts.models import ContactImport
from contacts.progress import Progress
from messaging.gateways import ADAPTERS
from messaging.text_import import counting, runs
from messaging.text_import.looking import HERE, Look, look
from messaging.text_import.reading import FIELDS, guess, missing, places

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
        parser.add_argument(
            "--user", default="", help="whose import it is; without one, an admin's to undo"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *, file: Path, gateway: str, dry_run: bool, user: str, **options: Any) -> None:
        author = found(user) if user else None
        rows = read(file)
        mapping = placed(rows[0], options["column"])
        for field, place in places(mapping).items():
            self.stdout.write(f"{field:10} {rows[0][place]}")
        source = ContactImport(kind=runs.TEXTS, header=rows[0], mapping=mapping)
        source.options = runs.options(
            gateway=gateway,
            zone=options["time_zone"] or settings.TIME_ZONE,
            day_first=options["day_first"],
        )
        with Progress(self.stdout) as line:
            numbered = line.over(enumerate(rows[1:], start=2), len(rows) - 1, "rows looked at")
            seen = look(numbered, counting.reader(source), gateway)
        self.say_skipped(seen)
        if dry_run:
            self.show(seen)
            return
        kept = storing.bring(author, rows, file.name, mapping, runs.TEXTS)
        kept.options = source.options
        self.store(kept, by=author)

    def store(self, source: ContactImport, *, by: User | None) -> None:
        """In this process; what it stored can be undone where people undo imports."""
        runs.start(source, by=by)
        total = source.waiting()
        with Progress(self.stdout) as line:
            work.finish(source.pk, lambda: line.bar(total - source.waiting(), total, "rows stored"))
        source.refresh_from_db()
        for what, count in runs.counted(source).items():
            self.stdout.write(f"{count:,} {what}")
        self.stdout.write(f"This is import {source.pk}; `manage.py undo_import` takes it back.")
        if source.problem:
            raise CommandError(source.problem)

    def say_skipped(self, seen: Look) -> None:
        """Each reason once, with the first row of it."""
        for why, (_, first) in seen.reasons.items():
            if why != HERE:
                self.stderr.write(f"Row {first}: {why}")

    def show(self, seen: Look) -> None:
        self.stdout.write(f"{seen.inbound + seen.outbound:,} could be stored, such as")
        lines = [row.line for row in seen.rows if row.line and not row.why]
        for line in lines[:SHOWN]:
            way = "from" if line.is_inbound else "to"
            self.stdout.write(
                f"{line.at:%Y-%m-%d %H:%M %Z} {line.status.label} {way} {line.theirs}"
            )
        for what, count in (("here already", seen.here), ("skipped", seen.skipped - seen.here)):
            if count:
                self.stdout.write(f"{count:,} {what}")


def found(name: str) -> User:
    """Raises CommandError."""
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"Nobody has the user name “{name}”.")
    return user


def read(file: Path) -> list[list[str]]:
    """Raises CommandError."""
    try:
        return reading.rows(file.read_bytes())
    except (OSError, limits.Unreadable) as error:
        raise CommandError(f"{file}: {error}") from error


def placed(header: list[str], named: list[tuple[str, str]]) -> list[str]:
    """The field of each column. Raises CommandError."""
    mapping = guess(header)
    for field, name in named:
        if name not in header:
            raise CommandError(f"No column is called “{name}”. There are: {', '.join(header)}.")
        mapping = ["" if one == field else one for one in mapping]
        mapping[header.index(name)] = field
    if gone := missing(places(mapping)):
        raise CommandError(
            f"Say which columns hold {', '.join(gone)}: --column {gone[0]}=NAME. "
            f"There are: {', '.join(header)}."
        )
    return mapping


def column(typed: str) -> tuple[str, str]:
    """Raises ArgumentTypeError."""
    field, _, name = typed.partition("=")
    if field not in FIELDS or not name:
        raise ArgumentTypeError(f"“{typed}” is not FIELD=NAME with one of {', '.join(FIELDS)}")
    return field, name


def zone(typed: str) -> str:
    """Raises ArgumentTypeError."""
    try:
        return ZoneInfo(typed).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentTypeError(f"“{typed}” is no time zone: try one like Europe/Berlin") from error
