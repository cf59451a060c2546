"""What every record type shares: an owner, an archive, a timeline, and a contact it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models

from contacts.models.member import Team, seen_by

if TYPE_CHECKING:
    from contacts.models.contact import Contact


class RecordQuerySet(models.QuerySet[Any]):
    """Querysets every record type has."""

    def visible_to(self, user: Any) -> Self:
        """What this user may see: their team's records and those of no team (models.member)."""
        return seen_by(self, user)

    def current(self) -> Self:
        """Not archived."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)


class Record(models.Model):
    """
    Anything with a timeline. Subclass it, say which contact it leads to, and it can be
    commented and texted from (docs/architecture.md, “A record type of your own”).
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    notes = models.TextField(blank=True, max_length=10_000)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    comments = GenericRelation("contacts.Comment")
    custom = GenericRelation("contacts.CustomValue")

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        raise NotImplementedError

    def leads_to(self) -> Contact | None:
        """The contact a text from this record goes to, or None."""
        raise NotImplementedError


def record_types() -> list[type[Record]]:
    """Every concrete record type of every installed app, in the order of the apps."""
    return [model for model in apps.get_models() if issubclass(model, Record)]
