"""A new access token: what it is for, what it may do, and how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from contacts.roles import may
from messaging import tokens
from messaging.models import Scope

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.models import Token

NEVER = "0"
DAYS = [("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"), (NEVER, "Never")]


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=60, help_text="What uses it, so that you know later: Warehouse dashboard."
    )
    scopes = forms.MultipleChoiceField(
        label="May",
        choices=Scope.choices,
        initial=[Scope.READ, Scope.SEND],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it may do: at least one thing."},
    )
    expires = forms.ChoiceField(label="Expires", choices=DAYS, initial="365")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(s.value, s.label) for s in Scope if may(user, tokens.RIGHTS[s])]

    def issue(self, user: User) -> tuple[Token, str]:
        """The token, and the words to show once."""
        data: dict[str, Any] = self.cleaned_data
        days = int(data["expires"])
        return tokens.issue(
            user,
            name=data["name"],
            by=user,
            scopes=data["scopes"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
