"""Contacts that may be the same person, and those that were made one."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from contacts.models.contact import Contact


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def open(self) -> Self:
        """Of two current contacts, and nobody said that they are not the same."""
        return self.filter(dismissed_at=None, first__archived_at=None, second__archived_at=None)


class Duplicate(models.Model):
    """
    Two contacts with the same phone (4), e-mail (2) or name (1); 0 for what they do not share.
    Found by contacts.duplicates.finding, seen_at when last. first is the one with the lower pk.
    """

    first = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    by_phone = models.PositiveSmallIntegerField(default=0)
    by_email = models.PositiveSmallIntegerField(default=0)
    by_name = models.PositiveSmallIntegerField(default=0)
    score = models.GeneratedField(
        expression=F("by_phone") + F("by_email") + F("by_name"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    seen_at = models.DateTimeField(default=timezone.now)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # the page, the surest first
            models.Index(
                fields=["-score", "-id"],
                condition=models.Q(dismissed_at=None),
                name="duplicate_surest",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
        ]

    def __str__(self) -> str:
        return f"Contacts {self.first_id} and {self.second_id}"

    @property
    def both(self) -> tuple[Contact, Contact]:
        return self.first, self.second


class DuplicateSearch(models.Model):
    """How far the search has come: one row. stage: of finding.STAGES, "" once all are through."""

    stage = models.CharField(max_length=5, blank=True)
    last = models.CharField(max_length=260, blank=True)  # the key it has come to
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Search for duplicates {self.pk}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at=None)

    def followed(self, contacts: Collection[int]) -> dict[int, int]:
        """Those of these contacts that are a part of another now -> that one, by their pks."""
        into: dict[int, int] = {}
        asked = set(contacts)
        while asked:
            found = dict(self.standing().filter(gone__in=asked).values_list("gone", "keep"))
            into |= found
            asked = set(found.values()) - into.keys()
        return {one: _end(one, into) for one in contacts if one in into}


def _end(one: int, into: dict[int, int]) -> int:
    while one in into:
        one = into[one]
    return one


class Merge(models.Model):
    """
    `gone` became a part of `keep`. Its row stays, archived, so that what still names it holds,
    and the merge can be undone. details: what contacts.merging needs for that.
    """

    keep = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    gone = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at=None), name="merged_into_one"
            ),
        ]

    def __str__(self) -> str:
        return f"Contact {self.gone_id} became a part of {self.keep_id}"
