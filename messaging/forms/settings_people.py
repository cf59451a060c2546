"""An account: who it is, what they may do, and how they get in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from contacts.models import Team
from contacts.models.member import team_of
from contacts.roles import Role, role_given
from messaging import accounts

NAMES = ("username", "first_name", "last_name", "email")
NEW = "They change it under Settings. Tell it to them by another way than e-mail."
OTHER = "Empty: it stays. A new one ends every session of theirs."
AGAIN = "They were deactivated; with this password they may sign in again."


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """With an instance, a change of it. Their own password nobody changes here."""

    role = forms.ChoiceField(choices=Role.choices, initial=Role.AGENT)
    team = forms.ModelChoiceField(
        Team.objects.all(),
        required=False,
        empty_label="No team",
        help_text="They see its records and those of no team; an admin sees everything.",
    )
    password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    class Meta:
        model = User
        fields = NAMES

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, field = self.instance, self.fields["password"]
        field.required = not (user.pk and user.is_active)
        field.help_text = NEW if not user.pk else OTHER if user.is_active else AGAIN
        self.fields["username"].label = "User name"
        self.fields["username"].help_text = "What they sign in with, and what stands behind an @."
        if user.pk:
            self.initial.update(role=role_given(user), team=team_of(user))
        if not Team.objects.exists():
            del self.fields["team"]
        if user.pk == by.pk:
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            try:
                validate_password(password, User(**{name: data.get(name, "") for name in NAMES}))
            except ValidationError as weak:
                self.add_error("password", weak)
        return data

    def keep(self, by: User) -> bool:
        """Store it; a refusal stands under the role."""
        data = self.cleaned_data
        try:
            accounts.keep(
                self.instance,
                Role(data["role"]),
                data.get("team"),
                password=data.get("password", ""),
                by=by,
            )
        except accounts.AccountRefused as refused:
            self.add_error("role", str(refused))
            return False
        return True
