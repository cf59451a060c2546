"""Companies, each with a main contact who gets the texts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from contacts.models.contact import Contact
from contacts.models.record import Record


class Company(Record):
    name = models.CharField(max_length=120)
    sort_name = models.CharField(max_length=120, editable=False)
    website = models.URLField(blank=True)
    main_contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="main_contact_of"
    )

    class Meta:
        verbose_name_plural = "companies"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="company_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.settle()
        super().save(*args, **kwargs)

    def settle(self) -> None:
        """What follows from the other fields; before every save, and by hand before a bulk."""
        self.sort_name = self.name.casefold()[:120]

    def get_absolute_url(self) -> str:
        return reverse("contacts:company-detail", args=[self.pk])

    def leads_to(self) -> Contact | None:
        return self.main_contact
