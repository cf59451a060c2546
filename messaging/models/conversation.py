"""The thread with one person, as the inbox lists it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from contacts.models import Contact
from messaging.models.message import Message
from messaging.models.number import Number


class Conversation(models.Model):
    """One per contact, or per bare phone where no contact has it. Kept by tracks.py."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, null=True, blank=True, related_name="conversation"
    )
    phone = models.CharField(max_length=16)
    number = models.ForeignKey(Number, models.SET_NULL, null=True, related_name="+")
    last_message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    last_at = models.DateTimeField()
    unread = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-last_at", "-id"], name="conversation_latest"),
            models.Index(
                fields=["-last_at", "-id"], condition=Q(unread__gt=0), name="conversation_unread"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["phone"], condition=Q(contact=None), name="conversation_bare_phone_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"
