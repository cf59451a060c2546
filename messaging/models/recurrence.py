"""Texts that come again: each Monday, on the first of a month."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from contacts.models import Contact
from contacts.models.member import team_seen
from messaging.models.broadcast import Broadcast
from messaging.models.number import Number


class RecurrenceQuerySet(models.QuerySet["Recurrence"]):
    def visible_to(self, user: Any) -> Self:
        """Of contacts and broadcasts this user may see."""
        if user.is_authenticated and team_seen(user) is None:
            return self.all()
        contacts = Contact.objects.visible_to(user).values("pk")
        broadcasts = Broadcast.objects.visible_to(user).values("pk")
        return self.filter(Q(contact__in=contacts) | Q(broadcast__in=broadcasts))

    def due(self, now: Any) -> Self:
        return self.filter(paused_at=None, next_at__lte=now).order_by("next_at", "pk")

    def missed(self) -> Self:
        """Those whose last one was not sent, and that go on."""
        return self.filter(paused_at=None).exclude(problem="")


class Recurrence(models.Model):
    """
    The words for a contact, or a broadcast that is made anew each time, with its audience as it
    is then. Each time is a text or a broadcast of its own; this row only says when the next is.
    """

    class Every(models.TextChoices):
        WEEK = "week", "Every week"
        MONTH = "month", "Every month"

    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="recurrences"
    )
    broadcast = models.ForeignKey(
        Broadcast, models.CASCADE, null=True, blank=True, related_name="recurrences"
    )
    text = models.TextField(max_length=1600, blank=True)  # a contact's; a broadcast has its own
    number = models.ForeignKey(Number, models.SET_NULL, null=True, blank=True, related_name="+")
    every = models.CharField(max_length=5, choices=Every)
    day = models.PositiveSmallIntegerField()  # of the week from 0, Monday; of the month from 1
    clock = models.TimeField()  # the recipient's; a broadcast's is the installation's
    next_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # why the last one was not sent
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_at", "id"], condition=Q(paused_at=None), name="recurrence_due"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(contact=None, broadcast__isnull=False)
                | Q(contact__isnull=False, broadcast=None),
                name="recurrence_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(every="week", day__lte=6) | Q(every="month", day__range=(1, 31)),
                name="recurrence_day_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.broadcast}, {self.rhythm}"

    def get_absolute_url(self) -> str:
        return reverse("messaging:recurring-edit", args=[self.pk])

    @property
    def is_due(self) -> bool:
        """Its time has come, and within a minute it is made."""
        return self.paused_at is None and self.next_at <= timezone.now()

    @property
    def words(self) -> str:
        return self.broadcast.text if self.broadcast else self.text

    @property
    def rhythm(self) -> str:
        """ "every Monday at 09:00", "on day 31 of each month at 09:00"."""
        at = f"at {self.clock:%H:%M}"
        if self.every == self.Every.WEEK:
            return f"every {WEEKDAYS[self.day]} {at}"
        return f"on day {self.day} of each month {at}"
