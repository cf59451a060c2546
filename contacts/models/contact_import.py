"""A file that somebody brought along, people mostly: row by row, and what became of each."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from contacts.models.contact import Contact
from contacts.models.member import team_seen
from contacts.roles import Role, role_given

PEOPLE = "people"
#: By kind, the URL name of where one import stands: importing.kinds fills it.
PAGES: dict[str, str] = {}


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    def visible_to(self, user: Any) -> Self:
        """
        Their own; nobody's, such as a command's, for who sees all records; everybody's for admins:
        a list holds more than its importer may show.
        """
        if not user.is_authenticated:
            return self.none()
        if role_given(user) == Role.ADMIN:
            return self.all()
        mine = Q(author=user.pk)
        return self.filter(mine if team_seen(user) is not None else mine | Q(author=None))

    def at_work(self) -> Self:
        """With something for a worker to do."""
        state = ContactImport.State
        return self.filter(state__in=[state.LOOKING, state.RUNNING, state.UNDOING])


class ContactImport(models.Model):
    """
    kind: a word of importing.kinds. header: the file's own names of its columns; mapping: for each
    column a word of the kind's fields (of people: importing.columns.FIELDS) or the name of a custom
    field, "" to leave it out; options: what else the kind was told of how to read them.

        MAPPING ──▸ RUNNING ──▸ DONE ──▸ UNDOING ──▸ UNDONE

    A long log of texts goes from MAPPING to LOOKING and back, while a worker counts what it would
    bring; it may be started meanwhile.
    From RUNNING and UNDOING also to FAILED, which stands in nobody's way: a person lets it go on
    (RUNNING) or undoes it (UNDOING).
    """

    class State(models.TextChoices):
        MAPPING = "mapping", "Not started"
        LOOKING = "looking", "Counting"
        RUNNING = "running", "Importing"
        DONE = "done", "Imported"
        UNDOING = "undoing", "Undoing"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Stopped"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=8, default=PEOPLE)
    name = models.CharField(max_length=120)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    updates = models.BooleanField(default=True)  # fill in who is known already
    state = models.CharField(max_length=8, choices=State, default=State.MAPPING)
    problem = models.CharField(max_length=250, blank=True)  # why it stopped
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContactImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(PAGES[self.kind], args=[self.pk])

    def waiting(self) -> int:
        """How many of its rows nothing was done with yet."""
        return self.pieces.aggregate(rows=Sum("length", default=0))["rows"]  # type: ignore[no-any-return]


class ImportPiece(models.Model):
    """
    Rows of the file that nothing was done with yet, as many as a worker takes at a time: together
    they take a hundredth of what a row for each of them would. line: the first one's; cells: of
    each; notes: what was planned, by a row's line. They become ImportRows.
    """

    source = models.ForeignKey(ContactImport, models.CASCADE, related_name="pieces", db_index=False)
    line = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    cells = models.JSONField()
    notes = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "line"], name="import_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.length} rows of import {self.source_id}, from {self.line}"


class ImportRow(models.Model):
    """
    One row of the file, once it was looked at. before: what its undo needs: {"fields": {name:
    [old, new]}, "phones": [pk], "tags": [pk], "custom": {field's pk: [old, new]}, "made":
    {"companies": [pk], "tags": [pk]}}; made: what no row had named before. Other kinds keep there
    what they need. problem: why it was skipped, or which of its cells were.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        SAME = "same", "Unchanged"
        SKIPPED = "skipped", "Skipped"
        UNDONE = "undone", "Undone"
        KEPT = "kept", "Kept"

    # import_row_once serves who asks for all rows of an import.
    source = models.ForeignKey(ContactImport, models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=7, choices=Outcome)
    problem = models.CharField(max_length=250, blank=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "outcome", "line"], name="import_row_by_outcome"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "line"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"Row {self.line} of import {self.source_id}"
