"""Entries of a timeline: plain comments, and what became of those that did something."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from contacts.models.record import Record

MAX_LENGTH = 10_000


class CommentQuerySet(models.QuerySet["Comment"]):
    def on(self, record: Record) -> Self:
        """The timeline of one record, newest first."""
        kind = ContentType.objects.get_for_model(record)
        return self.filter(content_type=kind, object_id=record.pk).order_by("-created_at", "-id")


class Comment(models.Model):
    """
    One entry on one record's timeline. A track is an entry whose details another app keeps
    (for an `sms:` comment: the message); its row, author and time stay those of the comment.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", "Comment"
        TRACK = "track", "Track"
        CHANGE = "change", "Change"

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.COMMENT)
    body = models.TextField(max_length=MAX_LENGTH)
    # Of a change: what contacts.changes.differences() gives. Empty for everything else.
    details = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    #: While it is posted, not stored: sentences for the author, and what follows once it is there.
    hints: list[str]
    afterwards: list[Callable[[], object]]

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # contacts.timeline: one record's entries, all of them or of one kind
            models.Index(
                fields=["content_type", "object_id", "-created_at", "-id"], name="timeline"
            ),
            models.Index(
                fields=["content_type", "object_id", "kind", "-created_at", "-id"],
                name="timeline_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
