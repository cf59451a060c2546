"""Whether a gateway may be used right now, and what its prices are in."""

from __future__ import annotations

from django.db import models


class GatewayState(models.Model):
    """One row per gateway that ever had trouble or was asked; no row means all is well."""

    gateway = models.CharField(max_length=16, primary_key=True)
    paused_at = models.DateTimeField(null=True)  # by an account error, until a person resumes it
    reason = models.CharField(max_length=24, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row, without one success between
    resting_until = models.DateTimeField(null=True)  # the circuit breaker
    currency = models.CharField(max_length=3, blank=True)  # of its prices, as it said last
    currency_asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.gateway}: {'paused' if self.paused_at else 'running'}"
