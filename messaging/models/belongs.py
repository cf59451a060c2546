"""Whose a shared or unknown phone is, as far as one of our numbers goes: said by a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from contacts.models import Contact
from messaging.models.number import Number


class Belongs(models.Model):
    """Texts from this phone to this number of ours are this contact's. Kept by people.move()."""

    phone = models.CharField(max_length=16)
    number = models.ForeignKey(Number, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["phone", "number"], name="belongs_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.phone} belongs to contact {self.contact_id}"
