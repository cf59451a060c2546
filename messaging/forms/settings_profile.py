"""How one member of the team appears and texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction

from contacts.forms.zones import ZoneField
from messaging import preferences
from messaging.models import Number, Preference
from messaging.models.preference import MOST_UNDO_SECONDS

CHOSEN = ("time_zone", "undo_seconds", "number", "mail_inbound")  # of their Preference


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Their name, and what goes before the installation's defaults."""

    time_zone = ZoneField(
        help_text="In which times are shown to you: such as Europe/Berlin; a city is enough.",
    )
    undo_seconds = forms.IntegerField(
        label="Seconds to take a text back",
        required=False,
        min_value=0,
        max_value=MOST_UNDO_SECONDS,
    )
    number = forms.ModelChoiceField(
        Number.objects.none(),
        label="Number to send from",
        required=False,
        empty_label="The default number",
        help_text="For people it was never decided for. A conversation keeps the number it has.",
    )

    mail_inbound = forms.BooleanField(
        label="Mail me the texts that come in",
        required=False,
        help_text="Of conversations assigned to you, and of your contacts where nobody is.",
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = preferences.of(self.instance) or Preference()
        number: Any = self.fields["number"]
        number.queryset = Number.objects.active()
        self.fields["email"].help_text = "Where you are told that somebody mentioned you."
        if not settings.EMAIL_URL:
            del self.fields["mail_inbound"]
        self.fields["undo_seconds"].help_text = (
            f"0 sends at once, {MOST_UNDO_SECONDS} is the most. "
            f"Empty: {settings.UNDO_SECONDS}, as everybody here."
        )
        for name in CHOSEN:
            self.initial.setdefault(name, getattr(chosen, name))

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        chosen = {name: self.cleaned_data[name] for name in CHOSEN if name in self.cleaned_data}
        Preference.objects.update_or_create(user=user, defaults=chosen)
        return user


class PasswordForm(PasswordChangeForm):
    """The rules as one paragraph: a list inside a help text is no valid page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = " ".join(map(str, password_validators_help_texts()))
        self.fields["new_password1"].help_text = rules.replace("Your password", "It")
        self.fields["new_password2"].help_text = ""
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
