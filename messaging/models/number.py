"""Numbers we own and send from, and how much of a day's allowance each has used."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models

from contacts import phones
from contacts.models.contact import validate_time_zone

#: E.164, or a sender id as carriers take it: up to 11 letters and digits, at least one letter.
address_is_valid = RegexValidator(
    r"^(\+[1-9]\d{6,14}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$",
    "Give a number like +12125550100, or a sender name of up to 11 letters and digits.",
)

#: What a gateway's own rules allow one number in a day, where it says so.
GATEWAY_DAILY_LIMIT = {"smrtphone": 200}


class NumberQuerySet(models.QuerySet["Number"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Number(models.Model):
    """One of ours: E.164, or an alphanumeric sender id, which is one-way."""

    address = models.CharField(max_length=16, unique=True, validators=[address_is_valid])
    label = models.CharField(max_length=40)
    gateway = models.CharField(max_length=16)
    daily_limit = models.PositiveIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, blank=True, validators=[validate_time_zone])
    active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_default", "label", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="number_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(active=True),
                name="number_default_is_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.display})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.daily_limit is None and self._state.adding:
            self.daily_limit = GATEWAY_DAILY_LIMIT.get(self.gateway)
        super().save(*args, **kwargs)

    @property
    def display(self) -> str:
        return phones.show(self.address) if self.can_receive else self.address

    @property
    def can_receive(self) -> bool:
        return self.address.startswith("+")


class DailyUse(models.Model):
    """How many texts were claimed from a number on one day of its own time zone."""

    number = models.ForeignKey(Number, models.CASCADE, related_name="uses")
    day = models.DateField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["number", "day"], name="daily_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number_id} on {self.day}: {self.used}"
