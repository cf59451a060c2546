"""What gateways told us, raw, before anybody thought about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Event(models.Model):
    """
    One webhook request. Stored first, then applied; can be applied again at any time.

    verified: its adapter has found it genuine, so that a signature which has grown old since
    does not count any more.
    """

    class State(models.TextChoices):
        STORED = "stored", "Stored"
        APPLIED = "applied", "Applied"
        PARKED = "parked", "Waiting for its message"
        QUARANTINED = "quarantined", "Quarantined"
        REJECTED = "rejected", "Not understood"

    gateway = models.CharField(max_length=16)
    received_at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=8)
    url = models.TextField()  # without our token
    query = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    state = models.CharField(max_length=11, choices=State, default=State.STORED)
    problem = models.CharField(max_length=300, blank=True)
    verified = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(default=timezone.now)  # not before, while stored or parked

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-received_at", "-id"], name="event_latest"),
            models.Index(
                fields=["try_at"],
                condition=Q(state__in=["stored", "parked"]),
                name="event_to_try",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} event {self.pk}"
