"""Consent as a person of the team writes it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings

from contacts import phones
from contacts.comments import storable
from messaging import consent
from messaging.models import ConsentEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_WORDS = 2_000


def _how(**more: object) -> forms.CharField:
    return forms.CharField(
        label="How they said it",
        max_length=40,
        help_text="By phone, in person, on paper …",
        **more,  # type: ignore[arg-type]
    )


def _words(help_text: str, **more: object) -> forms.CharField:
    return forms.CharField(
        label="Their words",
        max_length=MOST_WORDS,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        **more,  # type: ignore[arg-type]
    )


class OptOutForm(forms.Form):
    """Somebody asked a person of the team not to be texted."""

    phone = forms.CharField(
        label="Number", max_length=60, widget=forms.TextInput(attrs={"type": "tel"})
    )
    how = _how(required=False)
    words = _words("If you remember them.", required=False)

    def clean_phone(self) -> str:
        try:
            return phones.parse(self.cleaned_data["phone"], settings.DEFAULT_REGION)
        except phones.PhoneInvalid as error:
            raise forms.ValidationError(str(error)) from error

    def save(self, user: User) -> str:
        """The number, blocked from now on."""
        phone: str = self.cleaned_data["phone"]
        consent.opt_out(
            phone,
            source=ConsentEvent.Source.PERSON,
            words=storable(self.cleaned_data["words"]),
            user=user,
            how=self.cleaned_data["how"],
        )
        return phone


class OptInForm(forms.Form):
    """Proof that a number's owner agreed to be texted: without words and a way it is none."""

    how = _how()
    words = _words("Exactly what they said or signed.")
    said_at = forms.DateTimeField(
        label="When",
        required=False,
        help_text="Empty: just now. By your own clock.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def save(self, phone: str, user: User) -> bool:
        """False if it cannot count as consent, and then the reason stands above the form."""
        data = self.cleaned_data
        try:
            consent.opt_in(
                phone,
                user=user,
                how=data["how"],
                words=storable(data["words"]),
                said_at=data["said_at"],
            )
        except consent.ConsentRefused as refusal:
            self.add_error(None, str(refusal))
            return False
        return True
