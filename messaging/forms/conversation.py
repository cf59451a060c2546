"""What is done with a conversation: to whom it is given, and how long it sleeps."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.dateformat import format as format_date

from messaging import wording

AT_MOST = timedelta(days=366)
PICKER = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class AssignForm(forms.Form):
    """Empty: to nobody."""

    user = forms.ModelChoiceField(User.objects.filter(is_active=True), required=False)


class SnoozeForm(forms.Form):
    """Until one of the usual moments, or until a time that was typed."""

    preset = forms.ChoiceField(required=False)
    until = forms.DateTimeField(
        label="Until",
        required=False,
        widget=PICKER,
        error_messages={"invalid": "That is no date and time."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        preset: Any = self.fields["preset"]
        preset.choices = [(name, name) for name in ("later", "tomorrow", "week")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if preset := data.get("preset"):
            data["until"] = moments()[preset]
        elif problem := _problem(data.get("until")):
            self.add_error("until", problem)
        return data


def moments(now: datetime | None = None) -> dict[str, datetime]:
    """When “later today”, “tomorrow” and “next week” are, on the team's clock."""
    local = timezone.localtime(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    today = local.date()
    monday = today + timedelta(days=7 - today.weekday())
    return {
        "later": hour + timedelta(hours=3 if local.minute < 30 else 4),
        "tomorrow": _nine(today + timedelta(days=1)),
        "week": _nine(monday),
    }


def choices() -> list[tuple[str, str, str]]:
    """
    The usual moments for a menu: name, label, when. Late in the day there is no later today, and
    on Sundays tomorrow is next week.
    """
    at, today = moments(), timezone.localdate()
    rows = [
        ("later", "Later today", wording.soon(at["later"])),
        ("tomorrow", "Tomorrow", format_date(at["tomorrow"], "D H:i")),
        ("week", "Next week", format_date(at["week"], "D H:i")),
    ]
    gone = {"later"} if at["later"].date() != today else set()
    gone |= {"week"} if at["week"] == at["tomorrow"] else set()
    return [row for row in rows if row[0] not in gone]


def _nine(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


def _problem(until: datetime | None) -> str:
    if until is None:
        return "Say until when."
    if until <= timezone.now():
        return "That time has passed."
    return "At most a year ahead." if until > timezone.now() + AT_MOST else ""
