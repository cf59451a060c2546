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
    """
    The name of a time zone, or ""; "berlin" and "europe/berlin" are Europe/Berlin. The page offers
    `zones()` as a datalist of that id.
    """

    def __init__(self, *, label: str | None = None, help_text: str) -> None:
        widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off"})
        super().__init__(
            label=label, help_text=help_text, required=False, max_length=40, widget=widget
        )

    def clean(self, value: str | None) -> str:
        typed = super().clean(value)
        spelling = typed.casefold()
        zone = _spellings().get(spelling) or _spellings().get(spelling.replace(" ", "_"))
        if typed and not zone:
            raise ValidationError(f"“{typed[:60]}” is not a time zone; try one like Europe/Berlin.")
        return zone or ""
