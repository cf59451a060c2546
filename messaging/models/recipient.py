"""A phone as somebody who may or may not be texted: keyed by number, so it outlives contacts."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def opted_out(self) -> Self:
        return self.exclude(opted_out_at=None)


class Recipient(models.Model):
    """
    Whether a number may be texted. There is a row for every number that was ever texted, so
    that a claim and a STOP always meet at the same lock.
    """

    phone = models.CharField(max_length=16, primary_key=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    needs_review = models.BooleanField(default=False)  # plain words that sound like STOP

    objects = RecipientQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # the list of opt-outs, newest first
            models.Index(
                fields=["-opted_out_at", "-phone"],
                condition=models.Q(opted_out_at__isnull=False),
                name="recipient_opted_out",
            ),
            # the count in the navigation, and the review queue
            models.Index(
                fields=["opted_out_at", "phone"],
                condition=models.Q(needs_review=True),
                name="recipient_to_review",
            ),
        ]

    def __str__(self) -> str:
        return self.phone


class ConsentEvent(models.Model):
    """The ledger: who said what about texting a number, when and how. Rows are only added."""

    class Kind(models.TextChoices):
        OPTED_OUT = "opted_out", "Opted out"
        OPTED_IN = "opted_in", "Opted in"
        ASKED_TO_STOP = "asked_to_stop", "Sounded like STOP"
        LIFTED = "lifted", "Found not to mean STOP"

    class Source(models.TextChoices):
        REPLY = "reply", "Reply"
        GATEWAY = "gateway", "Gateway"
        PERSON = "person", "A person of the team"
        IMPORT = "import", "Import"

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=13, choices=Kind)
    source = models.CharField(max_length=7, choices=Source)
    words = models.TextField(blank=True)  # exactly as they came
    how = models.CharField(max_length=40, blank=True)  # by phone, on paper: where a person says so
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)  # when it was said

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.get_kind_display()}"
