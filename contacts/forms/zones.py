"""Time zones as people type them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError


@cache
def zones() -> list[str]:
    """Region/City names of the installed tz database, sorted, and UTC."""
    return ["UTC", *sorted(z for z in available_timezones() if "/" in z and z[:4] != "Etc/")]


@cache
def _spellings() -> dict[str, str]:
    by_city = {z.rpartition("/")[2].replace("_", " ").casefold(): z for z in zones()}
    return by_city | {z.casefold(): z for z in zones()}


class ZoneField(forms.CharField):
    """The name of a time zone, or ""; "berlin" and "europe/berlin" are Europe/Berlin."""

    def clean(self, value: str | None) -> str:
        typed = super().clean(value)
        spelling = typed.casefold()
        zone = _spellings().get(spelling) or _spellings().get(spelling.replace(" ", "_"))
        if typed and not zone:
            raise ValidationError(f"“{typed[:60]}” is not a time zone; try one like Europe/Berlin.")
        return zone or ""
