"""E-mails that came in to be texted, and those we write; each a row before anything is done."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from messaging.models.message import Message


class Mail(models.Model):
    """
    One e-mail at one of our addresses, however often it is handed to us. words: those of a
    refused one, until its author has them back.
    """

    class Outcome(models.TextChoices):
        TEXTED = "texted", "Texted"
        REFUSED = "refused", "Sent back"
        IGNORED = "ignored", "Ignored"

    digest = models.CharField(max_length=64, unique=True)  # of sender, Message-ID and address
    sender = models.CharField(max_length=254)
    recipient = models.CharField(max_length=254)
    header_id = models.CharField(max_length=255, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="mails"
    )
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="mails")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.IGNORED)
    problem = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"Mail {self.pk}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime | None = None) -> Self:
        due = self.filter(state=Letter.State.WAITING, try_at__lte=now or timezone.now())
        return due.order_by("try_at", "pk")


class Letter(models.Model):
    """
    An e-mail of ours to a member of the team: of an inbound text, or that a mail of theirs was
    not texted. Put into words when it leaves, so that it never says what was erased meanwhile.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="letters")
    mail = models.ForeignKey(Mail, models.CASCADE, null=True, related_name="letters")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(default=timezone.now)
    problem = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["try_at"], condition=Q(state="waiting"), name="letter_due"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["message", "user"], name="letter_once_per_text"),
            models.UniqueConstraint(fields=["mail"], name="letter_once_per_mail"),
            models.CheckConstraint(
                condition=Q(message__isnull=False, mail=None) | Q(message=None, mail__isnull=False),
                name="letter_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"
