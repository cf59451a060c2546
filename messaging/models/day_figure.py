"""What a day's texts add up to, so that the dashboard reads some hundred rows and no messages."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from messaging.models.number import Number


class DayFigure(models.Model):
    """
    How many texts written or received on one day stand at each status now, for one number, author
    and team of the contacts (0: of no team, or a bare number). Days are the installation's
    (TIME_ZONE), by created_at, as Communications filters them. Kept by messaging.figures. After an
    author is deleted there may be two rows for nobody: readers add up.
    """

    day = models.DateField()
    number = models.ForeignKey(Number, models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    team = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)  # queued or sending
    sent = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    undelivered = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unconfirmed = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)  # by a gateway, whatever came of them

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["day", "number", "author", "team"], name="day_figure_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: number {self.number_id}, author {self.author_id}"


class DayBin(models.Model):
    """One bin of one of a day's histograms, of one team: all numbers and authors together."""

    class Kind(models.TextChoices):
        REASON = "reason", "Why texts failed"  # key: a word of messaging.gateways.reasons
        SENT_HOUR = "sent_hour", "When texts left"  # key: hour of the day, 0 to 23
        RECEIVED_HOUR = "received_hour", "When texts came"  # the same
        DELIVERY = "delivery", "Time to delivery"  # key: a bin of messaging.figures.durations
        REPLY = "reply", "Time to the first reply"  # the same

    day = models.DateField()
    kind = models.CharField(max_length=13, choices=Kind)
    key = models.CharField(max_length=24)
    team = models.PositiveBigIntegerField(default=0)  # as above
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "kind", "key", "team"], name="day_bin_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.kind} {self.key}"


class FigureState(models.Model):
    """One row: how far the figures are kept. Whoever writes a day's figures holds its lock."""

    zone = models.CharField(max_length=40)  # TIME_ZONE when they were counted
    folded_to = models.DateTimeField()  # what changed before this is in them
    next_day = models.DateField(null=True)  # whose turn it is to be counted again
    is_complete = models.BooleanField(default=False)  # every day was counted at least once

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="figure_state_only_one"),
        ]

    def __str__(self) -> str:
        return f"Figures up to {self.folded_to}"
