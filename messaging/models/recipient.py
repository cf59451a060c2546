"""A phone as somebody who may or may not be texted: keyed by number, so it outlives contacts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from contacts.models import Phone
from contacts.models.member import in_team, team_seen
from messaging.models.erased import ErasedOptOut


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def visible_to(self, user: Any) -> Self:
        """Numbers of contacts this user may see, and numbers nobody has."""
        return self.of_team(team_seen(user)) if user.is_authenticated else self.none()

    def of_team(self, team: int | None) -> Self:
        """The same, for a team as contacts.models.member.team_seen() says."""
        if team is None:
            return self
        owners = Phone.objects.filter(e164=OuterRef("phone"))
        return self.filter(Exists(in_team(owners, team, "contact__team")) | ~Exists(owners))

    def dead(self) -> Self:
        """Found not to exist."""
        return self.exclude(dead_at=None)

    def opted_out(self) -> Self:
        return self.exclude(opted_out_at=None)

    def bulk_create(self, objs: Iterable[Recipient], *args: Any, **kwargs: Any) -> list[Recipient]:
        """Those that opted out before they were erased come back opted out, as with save()."""
        rows = list(objs)
        erased = ErasedOptOut.objects.of(row.phone for row in rows)
        for row in rows:
            row.opted_out_at = row.opted_out_at or erased.get(row.phone)
        return super().bulk_create(rows, *args, **kwargs)

    def recall(self, phones: Iterable[str]) -> None:
        """Make the rows of those that opted out before they were erased, so that pages say so."""
        erased = ErasedOptOut.objects.of(phones)
        self.bulk_create(map(Recipient, erased), ignore_conflicts=True)


class Recipient(models.Model):
    """
    Whether a number may be texted. There is a row for every number that was ever texted, so
    that a claim and a STOP always meet at the same lock.
    """

    phone = models.CharField(max_length=16, primary_key=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    needs_review = models.BooleanField(default=False)  # plain words that sound like STOP
    # What a gateway found out about the number, and when it was asked last.
    looked_up_at = models.DateTimeField(null=True, blank=True)
    look_up_words = models.CharField(max_length=160, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)  # found not to exist, until it is lifted

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Who opted out before they were erased comes back opted out."""
        if self._state.adding and self.opted_out_at is None:
            self.opted_out_at = ErasedOptOut.objects.of([self.phone]).get(self.phone)
        super().save(*args, **kwargs)


class ConsentEvent(models.Model):
    """The ledger: who said what about texting a number, when and how. Rows are only added."""

    class Kind(models.TextChoices):
        OPTED_OUT = "opted_out", "Opted out"
        OPTED_IN = "opted_in", "Opted in"
        ASKED_TO_STOP = "asked_to_stop", "Sounded like STOP"
        LIFTED = "lifted", "Found not to mean STOP"
        RETRACTED = "retracted", "Agreement taken back"  # its import was undone

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
