"""How much of an allowance is used, beside a number's own day (DailyUse)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Usage(models.Model):
    """
    Texts claimed in one period. scope: "user:7", whose period is a day, or "all", whose period
    is a month and is stored as its first day.
    """

    scope = models.CharField(max_length=24)
    period = models.DateField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "period"], name="usage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} from {self.period}: {self.used}"
