"""Making one's own account or password, without being signed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from contacts.roles import Role
from messaging.models import Invitation

NAMES = ("username", "first_name", "last_name")


def rules() -> str:
    """As one paragraph: a list inside a help text is no valid page."""
    return " ".join(map(str, password_validators_help_texts())).replace("Your password", "It")


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = rules()
        self.fields["new_password2"].help_text = ""


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an invited person chooses."""

    password = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = NAMES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "What you sign in with, and what stands behind an @."
        self.fields["password"].help_text = rules()

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        named = User(**{name: self.cleaned_data.get(name, "") for name in NAMES})
        validate_password(password, named)
        return password


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    role = forms.ChoiceField(choices=Role.choices, initial=Role.AGENT)

    class Meta:
        model = Invitation
        fields = ("email", "role")

    def __init__(self, *args: Any, mails: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label = "E-mail"
        field.help_text = (
            "Where the link goes; empty: it is shown to you."
            if mails
            else "For your own notes: no mail server is set up, so the link is shown to you."
        )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email and User.objects.filter(email__iexact=email, is_active=True).exists():
            raise ValidationError("Somebody with this address has an account already.")
        return email
