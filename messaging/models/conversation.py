"""The thread with one person, as the inbox lists it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from contacts.models import Contact
from contacts.models.member import seen_by
from messaging.models.message import Message
from messaging.models.number import Number

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: Any) -> Self:
        """With contacts this user may see, and with bare numbers."""
        return seen_by(self, user, "contact__team")

    def open(self, now: datetime | None = None) -> Self:
        """Neither done nor snoozed."""
        awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now or timezone.now())
        return self.filter(awake, done_at=None)

    def unread(self) -> Self:
        return self.filter(unread__gt=0)

    def assigned_to(self, user: User | None) -> Self:
        """Without a user: nobody's."""
        return self.filter(assignee=user)

    def snoozed(self, now: datetime | None = None) -> Self:
        return self.filter(done_at=None, snoozed_until__gt=now or timezone.now())

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)


class Conversation(models.Model):
    """
    One per contact, or per bare phone where no contact has it. Kept by tracks.py; what the team
    does with it, by conversations.py. An inbound text opens it again, whatever it was:

        open ──snooze──▸ snoozed ──time passes, or a text──▸ open ──done──▸ done ──a text──▸ open
    """

    contact = models.OneToOneField(
        Contact, models.CASCADE, null=True, blank=True, related_name="conversation"
    )
    phone = models.CharField(max_length=16)
    number = models.ForeignKey(Number, models.SET_NULL, null=True, related_name="+")
    last_message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    last_at = models.DateTimeField()
    unread = models.PositiveIntegerField(default=0)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # When it last came to the top, or will: a snooze that ends is as good as a text.
    top_at = models.GeneratedField(
        expression=Greatest(F("last_at"), Coalesce(F("snoozed_until"), F("last_at"))),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        # The inbox, one index for each of its lists.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-top_at", "-id"], name="conversation_all"),
            models.Index(
                fields=["-top_at", "-id"], condition=Q(done_at=None), name="conversation_open"
            ),
            models.Index(
                fields=["-top_at", "-id"], condition=Q(unread__gt=0), name="conversation_unread"
            ),
            models.Index(
                fields=["assignee", "-top_at", "-id"],
                condition=Q(done_at=None),
                name="conversation_assigned",
            ),
            models.Index(
                fields=["top_at", "id"],
                condition=Q(done_at=None, snoozed_until__isnull=False),
                name="conversation_snoozed",
            ),
            models.Index(
                fields=["-top_at", "-id"],
                condition=Q(done_at__isnull=False),
                name="conversation_done",
            ),
            models.Index(fields=["number", "-top_at", "-id"], name="conversation_by_number"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["phone"], condition=Q(contact=None), name="conversation_bare_phone_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(snoozed_until=None),
                name="conversation_done_is_not_snoozed",
            ),
        ]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > timezone.now()

    @property
    def is_set_aside(self) -> bool:
        return self.done_at is not None or self.is_snoozed
