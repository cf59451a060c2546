"""How far the nightly tidying has come."""

from __future__ import annotations

from django.db import models


class Tidying(models.Model):
    """upto: of a table that is emptied of words but not of rows, the last pk that was looked at."""

    name = models.CharField(max_length=24, primary_key=True)
    upto = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} up to {self.upto}"
