"""Trying a gateway out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings

from contacts import phones
from messaging import outbox, texting
from messaging.models import Origin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.models import Message, Number


class TestTextForm(forms.Form):
    """A text to the phone of who asks, by one gateway."""

    __test__ = False  # pytest takes it for tests

    phone = forms.CharField(
        label="Your phone",
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": "Give the phone to text."},
    )

    def clean_phone(self) -> str:
        try:
            return phones.parse(self.cleaned_data["phone"], settings.DEFAULT_REGION)
        except phones.PhoneInvalid as error:
            raise forms.ValidationError(str(error)) from error

    def send(self, author: User, number: Number) -> Message | None:
        """Queue it like any other text; a refusal stands under the phone."""
        try:
            return texting.send(
                text=f"A test from smscrm, sent by {number.label}. It works.",
                phone=self.cleaned_data["phone"],
                number=number,
                origin=Origin.QUICK,
                author=author,
            )
        except outbox.CannotSend as error:
            self.add_error("phone", str(error))
            return None
