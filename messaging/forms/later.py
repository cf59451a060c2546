"""When a text leaves, if not at once: the part of a composer that asks."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms

from messaging import later, quiet_hours

if TYPE_CHECKING:
    from contacts.models import Contact

DAY = forms.DateInput(attrs={"type": "date", "aria-label": "Day"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time", "aria-label": "Time"}, format="%H:%M")


NO_DAY = "Say on which day it is to leave."
NO_CLOCK = "Say at what time it is to leave."


class LaterForm(forms.Form):
    """`later` says whether the day and the time count; they are the recipient's."""

    later = forms.BooleanField(required=False)
    day = forms.DateField(
        required=False, widget=DAY, error_messages={"invalid": "That is no day: choose one."}
    )
    clock = forms.TimeField(
        required=False, widget=CLOCK, error_messages={"invalid": "That is no time of day."}
    )
    unless_reply = forms.BooleanField(label="Not if they reply first", required=False, initial=True)
    contact: Contact | None
    usual_phone: str
    send_after: datetime | None = None

    @cached_property
    def suggested(self) -> datetime:
        return later.suggestion(self.contact, self.usual_phone)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "day" and self.usual_phone:
            return self.suggested.date()
        if field_name == "clock" and self.usual_phone:
            return self.suggested.time()
        return super().get_initial_for_field(field, field_name)

    @cached_property
    def quiet(self) -> str:
        """A sentence while it is no hour for texts there, or ""."""
        return quiet_hours.warn(self.contact, self.usual_phone) if self.usual_phone else ""

    @property
    def morning(self) -> str:
        """When the quiet hours end there: "08:00"."""
        return f"{self.suggested:%H:%M}"

    @property
    def clocks(self) -> str:
        return later.both_clocks(self.contact, self.usual_phone) if self.usual_phone else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("later"):
            for name in ("day", "clock"):  # not asked, so whatever stands there is no mistake
                self.errors.pop(name, None)
        elif "day" in data and "clock" in data:
            self._set_moment(data["day"], data["clock"], data.get("phone") or self.usual_phone)
        return data

    def _set_moment(self, day: date | None, clock: time | None, phone: str) -> None:
        if day is None:
            self.add_error("day", NO_DAY)
        elif clock is None:
            self.add_error("clock", NO_CLOCK)
        else:
            try:
                self.send_after = later.moment(day, clock, later.zone_of(self.contact, phone))
            except later.NoSuchTime as error:
                self.add_error("day", str(error))
