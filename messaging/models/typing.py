"""Who is writing to whom right now: a row for each pair, overwritten while they type."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from contacts.models import Contact

LASTS = timedelta(seconds=30)


class TypingQuerySet(models.QuerySet["Typing"]):
    def now(self, now: datetime | None = None) -> Self:
        """Within the last half minute."""
        return self.filter(at__gt=(now or timezone.now()) - LASTS)


class Typing(models.Model):
    """A hint for colleagues, no more; nothing depends on it. Kept by conversations.py."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = TypingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contact", "user"], name="typing_once"),
        ]

    def __str__(self) -> str:
        return f"User {self.user_id} to contact {self.contact_id}"
