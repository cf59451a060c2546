"""What the API answered to a POST with an Idempotency-Key, so that the same one gets it again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from messaging.models.token import Token


class Answer(models.Model):
    """fingerprint: SHA-256 of the path and the body it was asked with."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="answer_age"),  # hooks.keeping: what is old
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["token", "key"], name="answer_once"),
        ]

    def __str__(self) -> str:
        return f"Answer to {self.key}"
