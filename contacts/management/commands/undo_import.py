"""`manage.py undo_import 12`"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count

from contacts.importing import kinds, work
from contacts.models import ContactImport, ImportRow
from contacts.progress import Progress

State = ContactImport.State
STORED = (ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED)


class Command(BaseCommand):
    help = (
        "Takes back what an import of contacts or texts stored, as its page does: what somebody "
        "used or changed since stays. The number stands in the address of its page."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("import", type=int, help="its number")

    def handle(self, *args: Any, **options: Any) -> None:
        source = ContactImport.objects.filter(pk=options["import"]).first()
        if source is None:
            raise CommandError(f"There is no import {options['import']}.")
        if not work.move(source.pk, [State.DONE, State.FAILED], State.UNDOING):
            raise CommandError(f"Import {source.pk} is {source.get_state_display().lower()}.")
        left = source.rows.filter(outcome__in=STORED)
        total = left.count()
        with Progress(self.stdout) as line:
            work.finish(source.pk, lambda: line.bar(total - left.count(), total, "rows taken back"))
        source.refresh_from_db()
        if source.state != State.UNDONE:
            raise CommandError(source.problem or "The database is busy: call again.")
        for what, count in counted(source):
            self.stdout.write(f"{count:,} {what}")


def counted(source: ContactImport) -> list[tuple[str, int]]:
    """What became of its rows, as its page calls it."""
    labels = dict(ImportRow.Outcome.choices) | kinds.of(source).labels
    rows = source.rows.order_by("outcome").values_list("outcome").annotate(count=Count("pk"))
    return [(labels.get(outcome, outcome).lower(), count) for outcome, count in rows]
