"""Something done to many contacts at once, and to whom, so that it can be undone."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from contacts.models.contact import Contact, Tag
from contacts.models.saved_view import LONGEST


class BulkActionQuerySet(models.QuerySet["BulkAction"]):
    def visible_to(self, user: Any) -> Self:
        """Their own."""
        return self.filter(author=user.pk) if user.is_authenticated else self.none()

    def at_work(self) -> Self:
        """With something for a worker to do."""
        return self.filter(state__in=[BulkAction.State.RUNNING, BulkAction.State.UNDOING])


class BulkAction(models.Model):
    """
    To the contacts with these ids; without any, to all that the list with this query finds.

        RUNNING ──▸ DONE ──▸ UNDOING ──▸ UNDONE
    """

    class Verb(models.TextChoices):
        TAG = "tag", "Add tag"
        UNTAG = "untag", "Remove tag"
        OWNER = "owner", "Set owner"
        ARCHIVE = "archive", "Archive"
        RESTORE = "restore", "Bring back"

    class State(models.TextChoices):
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        UNDOING = "undoing", "Undoing"
        UNDONE = "undone", "Undone"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=7, choices=Verb)
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    query = models.CharField(max_length=LONGEST, blank=True)
    ids = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    created_at = models.DateTimeField(default=timezone.now)
    last = models.BigIntegerField(default=0)  # the pk of the contact it has come to
    seen = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # whatever a worker has to go on with
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["running", "undoing"]),
                name="bulk_action_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.pk}"

    @property
    def is_moving(self) -> bool:
        return self.state in {self.State.RUNNING, self.State.UNDOING}


class BulkItem(models.Model):
    """
    A contact that it changed. before: of a new owner, the pk of the one there was; of who was
    brought back, when they were archived (in microseconds, as `acts` counts them).
    """

    action = models.ForeignKey(BulkAction, models.CASCADE, related_name="items", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    before = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["action", "contact"], name="bulk_item_once"),
        ]

    def __str__(self) -> str:
        return f"Contact {self.contact_id} of bulk action {self.action_id}"
