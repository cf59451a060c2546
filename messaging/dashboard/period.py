"""The days a dashboard covers, and the way to the texts behind each of its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from messaging.filters import OURS

CHOICES = (7, 14, 30, 90)
USUAL = 14
WEEKS_FROM = 60  # days: from then on a bar is a week, or it would be a hair


@dataclass(frozen=True, slots=True)
class Period:
    """Some whole days in a row, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days, just before."""
        end = self.first - timedelta(1)
        return Period(end - timedelta(self.days - 1), end)

    @property
    def spans(self) -> list[Period]:
        """What one bar stands for: each day; in a long period each week, the last one whole."""
        size, end, spans = 1 if self.days < WEEKS_FROM else 7, self.last, []
        while end >= self.first:
            start = max(self.first, end - timedelta(size - 1))
            spans.append(Period(start, end))
            end = start - timedelta(1)
        return spans[::-1]

    @property
    def label(self) -> str:
        """As an axis has room for: the day it begins with."""
        return format_date(self.first, "j M")

    @property
    def words(self) -> str:
        """ "Monday 9 November", "9 November to 15 November"."""
        if self.days == 1:
            return format_date(self.first, "l j F")
        return f"{format_date(self.first, 'j F')} to {format_date(self.last, 'j F')}"

    def link(self, **narrowed: str | int) -> str:
        """
        Communications, narrowed down to these days and whatever else its filter knows. The days are
        the installation's; for who reads another clock the address says so.
        """
        if timezone.get_current_timezone_name() != timezone.get_default_timezone_name():
            narrowed["clock"] = OURS
        more = "".join(f"&{name}={value}" for name, value in narrowed.items())
        return f"{_communications()}?since={self.first}&until={self.last}{more}"

    def texts(self, **narrowed: str | int) -> str:
        """The same, without calls."""
        return self.link(channel="sms", **narrowed)


@cache
def _communications() -> str:
    return reverse("messaging:communications")


def chosen(typed: str, today: date) -> Period:
    """The period somebody asked for by its number of days, up to today; else the usual one."""
    days = int(typed) if typed in {str(days) for days in CHOICES} else USUAL
    return Period(today - timedelta(days - 1), today)
