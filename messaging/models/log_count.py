"""How far a log of texts was counted before any of it is stored."""

from __future__ import annotations

from django.db import models

from contacts.models import ContactImport


class LogCount(models.Model):
    """
    asked: with which columns, options and numbers of ours it is read, as text_import.counting
    writes it; line: the last row counted; found, plan: of looking.Look and looking.Plan, packed.
    It goes once the plan stands in the rows.
    """

    source = models.OneToOneField(ContactImport, models.CASCADE, primary_key=True, related_name="+")
    asked = models.CharField(max_length=64)
    line = models.PositiveIntegerField(default=1)
    is_done = models.BooleanField(default=False)
    found = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Import {self.source_id} as far as row {self.line}"
