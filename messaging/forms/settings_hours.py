"""The hours between which machines may text."""

from __future__ import annotations

from typing import Any

from django import forms

from messaging import texting_hours

_NO_TIME = {"invalid": "That is no time of day: such as 08:00.", "required": "Give a time."}


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class HoursForm(forms.Form):
    start = forms.TimeField(label="From", widget=_clock(), error_messages=_NO_TIME)
    end = forms.TimeField(
        label="Until",
        widget=_clock(),
        error_messages=_NO_TIME,
    )

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        start, end = texting_hours.window() or ("00:00", "00:00")
        return start if field_name == "start" else end

    def save(self) -> None:
        """For everybody, from now on."""
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        texting_hours.choose("" if start == end else f"{start:%H:%M}-{end:%H:%M}")
