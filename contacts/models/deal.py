"""Deals: something to sell to a contact, and how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from contacts.models.company import Company
from contacts.models.contact import Contact
from contacts.models.record import Record


class Deal(Record):
    class Stage(models.TextChoices):
        LEAD = "lead", "Lead"
        SURVEY = "survey", "Survey"
        QUOTE_SENT = "quote_sent", "Quote sent"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    title = models.CharField(max_length=120)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="deals"
    )
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="deals"
    )
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.LEAD)
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="deal_by_created"),
            models.Index(fields=["stage", "-created_at", "-id"], name="deal_by_stage"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contacts:deal-detail", args=[self.pk])

    def leads_to(self) -> Contact | None:
        """Its contact; with none, whoever its company leads to."""
        if self.contact or not self.company:
            return self.contact
        return self.company.leads_to()
