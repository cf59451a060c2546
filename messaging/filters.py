"""What Communications can be narrowed down to: the address of the page is the saved view."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import django_filters as filters
from django import forms
from django.conf import settings
from django.utils import timezone

from contacts import phones
from contacts.ids import MOST_PK
from messaging.gateways.reasons import SENTENCES, UNSAID, UNSAID_SENTENCE
from messaging.models import Channel, Direction, Message, Number, Status
from messaging.text_import.storing import texts_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

DATE = forms.DateInput(attrs={"type": "date"})
#: Days far from the ends of the calendar: a time zone may move a moment beyond those.
EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)


#: Whole days up to today, whenever that is: kept in a saved view, they move with the calendar.
DAYS = [
    (1, "Today"),
    (7, "Last 7 days"),
    (14, "Last 14 days"),
    (30, "Last 30 days"),
    (90, "Last 90 days"),
]

#: The clock by which the dashboard counts days, whoever reads it.
OURS = "ours"

#: Fields of the bar, in their order.
CHOICES = ("number", "direction", "channel", "status")


class OurNumberField(filters.fields.ModelChoiceField):  # type: ignore[misc]
    def label_from_instance(self, number: Any) -> str:
        return str(number.label)


class OurNumberFilter(filters.ModelChoiceFilter):  # type: ignore[misc]
    field_class = OurNumberField


class MessageFilter(filters.FilterSet):  # type: ignore[misc]
    """Every filter is optional; one that makes no sense is ignored, and says so."""

    q = filters.CharFilter(method="by_words", label="Words")
    contact = filters.NumberFilter("contact_id", label="Contact", max_value=MOST_PK)
    phone = filters.CharFilter(method="by_phone", label="Phone")
    number = OurNumberFilter(
        queryset=Number.objects.all(), label="Our number", empty_label="All our numbers"
    )
    direction = filters.ChoiceFilter(
        choices=Direction.choices, label="Direction", empty_label="In and out"
    )
    channel = filters.ChoiceFilter(
        choices=Channel.choices, label="Channel", empty_label="Texts, calls and apps"
    )
    status = filters.ChoiceFilter(
        choices=[c for c in Status.choices if c[0] != Status.RECEIVED],
        label="Status",
        empty_label="Any status",
    )
    reason = filters.ChoiceFilter(
        choices=[*SENTENCES.items(), (UNSAID, UNSAID_SENTENCE)], method="why_it_failed", label="Why"
    )
    author = filters.NumberFilter(method="by_author", label="Who wrote", max_value=MOST_PK)
    days = filters.ChoiceFilter(
        choices=DAYS, method="last_days", label="When", empty_label="Any time"
    )
    left = filters.ChoiceFilter(
        choices=[("yes", "Taken by a gateway")], method="that_left", label="Left"
    )
    brought = filters.NumberFilter(method="by_import", label="Import", max_value=MOST_PK)
    since = filters.DateFilter(method="from_day", label="From", widget=DATE)
    until = filters.DateFilter(method="to_day", label="To", widget=DATE)
    clock = filters.ChoiceFilter(
        choices=[(OURS, "The installation's")], method="by_clock", label="By whose clock"
    )

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Message], name: str, typed: str) -> QuerySet[Message]:
        """Words of the text, or a whole number as people type it."""
        if not any(char.isalpha() for char in typed):
            with suppress(phones.PhoneInvalid):
                return rows.filter(phone=phones.parse(typed, settings.DEFAULT_REGION))
        return rows.filter(text__icontains=typed)

    def by_phone(self, rows: QuerySet[Message], name: str, typed: str) -> QuerySet[Message]:
        """A number as people type it; what is none finds nothing."""
        try:
            return rows.filter(phone=phones.parse(typed, settings.DEFAULT_REGION))
        except phones.PhoneInvalid:
            return rows.none()

    def why_it_failed(self, rows: QuerySet[Message], name: str, why: str) -> QuerySet[Message]:
        """What did not arrive for this reason."""
        failed = rows.filter(status__in=[Status.FAILED, Status.UNDELIVERED])
        return failed.exclude(reason__in=SENTENCES) if why == UNSAID else failed.filter(reason=why)

    def by_author(self, rows: QuerySet[Message], name: str, pk: int) -> QuerySet[Message]:
        """A member of the team; 0 for what nobody of the team wrote."""
        return rows.filter(author=pk or None, direction=Direction.OUTBOUND)

    def that_left(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        """What a gateway took, whatever became of it."""
        return rows.filter(direction=Direction.OUTBOUND, sent_at__isnull=False)

    def by_clock(self, rows: QuerySet[Message], name: str, clock: str) -> QuerySet[Message]:
        """What the days mean, not a filter of its own: see `zone`."""
        return rows

    def last_days(self, rows: QuerySet[Message], name: str, days: str) -> QuerySet[Message]:
        """Today and the days before it, as many as that together."""
        today = timezone.localdate(timezone=self.zone)
        return self.from_day(rows, name, today - timedelta(days=int(days) - 1))

    def by_import(self, rows: QuerySet[Message], name: str, pk: int) -> QuerySet[Message]:
        """What one import of a log stored."""
        return rows.filter(pk__in=texts_of(pk))

    def from_day(self, rows: QuerySet[Message], name: str, day: date) -> QuerySet[Message]:
        return rows.filter(created_at__gte=midnight(day, self.zone))

    def to_day(self, rows: QuerySet[Message], name: str, day: date) -> QuerySet[Message]:
        """That day included."""
        end = min(day, LATEST) + timedelta(days=1)
        return rows.filter(created_at__lt=midnight(end, self.zone))

    @property
    def zone(self) -> tzinfo:
        """By which clock days begin: the reader's, unless ours was asked for."""
        ours = self.form.cleaned_data.get("clock") == OURS
        return timezone.get_default_timezone() if ours else timezone.get_current_timezone()

    @property
    def choices(self) -> list[forms.BoundField]:
        """What the bar offers to choose from, beside words and days."""
        return [self.form[name] for name in CHOICES]

    @property
    def folded_in_use(self) -> int:
        """How many of the bar's fields narrow the list down now, its words aside."""
        return len(self.in_use.keys() & {*CHOICES, "days", "since", "until"})

    @property
    def in_use(self) -> dict[str, Any]:
        """The filters that narrow the list down now."""
        self.form.is_valid()
        return {k: v for k, v in self.form.cleaned_data.items() if v not in (None, "")}


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """When a day begins by this clock, else the reader's: a moment, which an index can compare."""
    start = datetime.combine(min(max(day, EARLIEST), LATEST), time.min)
    return timezone.make_aware(start, zone)
