"""How the list of messages is narrowed down by programs: what makes no sense is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime

from messaging.filters import MessageFilter, midnight
from messaging.models import Status


class MomentField(forms.Field):
    """A day, or a moment; without an offset that is UTC."""

    def to_python(self, typed: Any) -> date | datetime | None:
        if not typed:
            return None
        try:
            # A + in an address that nobody encoded arrives as a space.
            moment = parse_datetime(typed.replace(" ", "+")) if "T" in typed else parse_date(typed)
        except ValueError:
            moment = None
        if moment is None:
            raise ValidationError("Give a day such as 2026-11-27, or 2026-11-27T09:00:00Z.")
        if isinstance(moment, datetime) and moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment


class MomentFilter(filters.Filter):  # type: ignore[misc]
    field_class = MomentField


class MessageFilters(MessageFilter):
    """As the page's, where a day is one of the clock of its reader."""

    status = filters.ChoiceFilter(choices=Status.choices, label="Status")
    since = MomentFilter(method="from_moment", label="From this day or moment on")
    until = MomentFilter(method="to_moment", label="Up to this day, or before this moment")

    def from_moment(self, rows: Any, name: str, at: date | datetime) -> Any:
        return rows.filter(created_at__gte=at if isinstance(at, datetime) else midnight(at))

    def to_moment(self, rows: Any, name: str, at: date | datetime) -> Any:
        if not isinstance(at, datetime):
            return self.to_day(rows, name, at)
        return rows.filter(created_at__lt=at)
