"""How fast broadcasts leave a number."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from messaging.models.number import Number

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Pace(models.Model):
    """When the next text of a broadcast may leave this number: `messaging.pacing` says."""

    number = models.OneToOneField(Number, models.CASCADE, primary_key=True, related_name="+")
    free_at = models.DateTimeField(default=LONG_AGO)

    def __str__(self) -> str:
        return f"{self.number_id} from {self.free_at}"
