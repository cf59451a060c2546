"""Changing a text that waits, and saying when one comes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from contacts.forms.pick import contact_field
from messaging import expansion, later, outbox, recurring
from messaging.forms.later import NO_CLOCK, NO_DAY, LaterForm
from messaging.models import Message, Number, Recurrence
from messaging.outbox.enqueue import checked_text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact

LEFT = "Too late: it left or was taken back meanwhile. What you typed still stands here."
WRITE_FIRST = {"required": "Write something first."}


class ScheduledForm(LaterForm):
    """The words and the time, on the recipient's clock."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), error_messages=WRITE_FIRST)
    field_order = ("text", "day", "clock", "unless_reply")

    def __init__(self, *args: Any, message: Message, **kwargs: Any) -> None:
        self.message, self.contact, self.usual_phone = message, message.contact, message.phone
        super().__init__(*args, **kwargs)
        del self.fields["later"]
        self.fields["clock"].label = "Time"
        for name, why in (("day", NO_DAY), ("clock", NO_CLOCK)):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = why
        there = message.send_after.astimezone(later.zone_of(message.contact, message.phone))
        self.initial = {
            "text": message.text,
            "day": there.date(),
            "clock": there.time(),
            "unless_reply": message.cancel_on_reply,
        }

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        return self.initial[field_name]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["later"] = True
        return super().clean()

    def save(self) -> bool:
        """False, and it says why, if it was too late or these words cannot be sent."""
        given = self.cleaned_data
        assert self.send_after is not None  # noqa: S101 (clean() has set it)
        try:
            changed = outbox.change(
                self.message,
                text=given["text"],
                send_after=self.send_after,
                cancel_on_reply=given["unless_reply"],
            )
        except outbox.CannotSend as refusal:
            self.add_error("text", str(refusal))
            return False
        if not changed:
            self.add_error(None, LEFT)
        return changed


RHYTHM = {"every", "weekday", "month_day", "clock"}
#: The ways in which a number is not one of those there are.
OUTSIDE = ("invalid", "min_value", "max_value")


class RecurrenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """To one contact; or, where the row is a broadcast's, only when."""

    contact = contact_field(label="To")
    weekday = forms.TypedChoiceField(
        label="Weekday", choices=list(WEEKDAYS.items()), coerce=int, required=False
    )
    month_day = forms.IntegerField(
        label="Day of the month",
        min_value=1,
        max_value=31,
        required=False,
        help_text="1 to 31; a shorter month has its last day.",
        error_messages=dict.fromkeys(OUTSIDE, "That is no day of a month: 1 to 31."),
    )

    class Meta:
        model = Recurrence
        fields = ("text", "number", "every", "clock")
        labels = {"number": "From", "every": "How often", "clock": "At"}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "clock": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {"clock": "On the recipient’s clock, and never in their quiet hours."}
        error_messages = {"clock": {"invalid": "That is no time of day: such as 09:00."}}

    field_order = ("contact", "text", "number", "every", "weekday", "month_day", "clock")

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        every: Any = self.fields["every"]
        every.choices = Recurrence.Every.choices
        if row.pk:
            self.initial["weekday" if row.every == Recurrence.Every.WEEK else "month_day"] = row.day
        else:
            self.initial["clock"] = later.NINE
        self._ask_the_day()
        if row.broadcast_id:
            for name in ("contact", "text", "number"):
                del self.fields[name]
            self.fields["clock"].help_text = "On the clock of this installation."
            return
        fields: Any = self.fields
        fields["text"].required = True
        fields["text"].error_messages |= WRITE_FIRST
        fields["number"].queryset = Number.objects.active()
        fields["number"].empty_label = "The usual rules"
        fields["contact"].open_to(author)
        fields["contact"].required = True  # shown so; clean_contact asks for it
        self.initial["contact"] = row.contact
        self.author = author

    def _ask_the_day(self) -> None:
        """The page shows the one that belongs to the rhythm, and that one is needed."""
        chosen = self.data.get("every") if self.is_bound else ""
        for name, every in (("weekday", "week"), ("month_day", "month")):
            self.fields[name].required = chosen in ("", every)
            self.fields[name].error_messages["required"] = f"Say on which day of the {every}."

    def clean_contact(self) -> Contact:
        contact: Contact | None = self.cleaned_data["contact"]
        if contact is None:
            raise forms.ValidationError("Say whom to text.")
        return contact

    def clean_text(self) -> str:
        try:
            return checked_text(self.cleaned_data["text"])
        except outbox.CannotSend as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("contact") and given.get("text"):
            given["text"] = self._tried_on(given["contact"], given["text"])
        return given

    def _tried_on(self, contact: Contact, text: str) -> str:
        """
        With a template's words, so that it may be renamed or deleted. A merge field that is
        unknown, or empty for this person, is said now and not at night.
        """
        try:
            text = expansion.written_out(text, self.author)
            expansion.expand(text, contact=contact, author=self.author)
        except outbox.CannotSend as refusal:
            self.add_error("text", str(refusal))
        return text

    def save(self, commit: bool = True) -> Recurrence:
        row, given = self.instance, self.cleaned_data
        if not row.broadcast_id:
            row.contact = given["contact"]
        row.day = given["weekday"] if row.every == Recurrence.Every.WEEK else given["month_day"]
        row.problem = ""
        if not (row.pk and row.is_due and RHYTHM.isdisjoint(self.changed_data)):
            recurring.plan(row, timezone.now())
        saved: Recurrence = super().save(commit)
        return saved
