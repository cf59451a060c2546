"""How one member of the team likes to text."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from contacts.models.contact import validate_time_zone
from messaging.models.number import Number

MOST_UNDO_SECONDS = 60


class Preference(models.Model):
    """One row per user who changed anything; no row means the installation's defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preference"
    )
    undo_seconds = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MOST_UNDO_SECONDS)]
    )
    number = models.ForeignKey(Number, models.SET_NULL, null=True, blank=True, related_name="+")
    time_zone = models.CharField(max_length=40, blank=True, validators=[validate_time_zone])

    mail_inbound = models.BooleanField(default=False)  # what comes in for them, by e-mail too

    def __str__(self) -> str:
        return f"Preferences of {self.user}"
