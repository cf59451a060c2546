"""What the forms of all record types share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from contacts.forms.custom import CustomFields
from contacts.forms.pick import PickField
from contacts.models import Team
from contacts.models.member import sees, team_of
from contacts.roles import Right, may

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _UserField = forms.ModelChoiceField[User]
else:
    _ModelForm = forms.ModelForm
    _UserField = forms.ModelChoiceField


def team() -> QuerySet[User]:
    """Who may own a record, by name."""
    return User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")


def full_name(user: User) -> str:
    return user.get_full_name() or user.get_username()


class OwnerField(_UserField):
    def label_from_instance(self, obj: User) -> str:
        return full_name(obj)


def owner_field() -> OwnerField:
    return OwnerField(team(), required=False, empty_label="Nobody")


def _team_field(team: int | None) -> forms.ModelChoiceField[Team]:
    return forms.ModelChoiceField(
        Team.objects.all(),
        required=False,
        initial=team,
        empty_label="Everybody",
        help_text="Who sees it. Admins see everything.",
    )


class RecordForm(_ModelForm):
    """A record as one user may fill it in. Subclasses name the fields; `owner` is theirs."""

    #: Whether it was told what somebody else saved meanwhile.
    has_clashes = False

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        if is_new:
            self.initial.setdefault("owner", user)
            self.instance.team_id = team_of(user)
        for name, field in list(self.fields.items()):
            if isinstance(field, PickField):
                field.open_to(user)
                self.initial[name] = self._picked(name, field, is_new=is_new)
                other = self.initial[name]
                if other and not sees(user, other):
                    del self.fields[name]  # another team's: it stays as it is, and unseen
        if may(user, Right.HAND_OVER) and Team.objects.exists():
            self.fields["team"] = _team_field(self.instance.team_id)
        self.custom = CustomFields(self)

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        record = super().save(commit)
        self.custom.keep(record)
        return record

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "team" in self.fields:
            self.instance.team = data.get("team")
        return data

    def _picked(self, name: str, field: PickField, *, is_new: bool) -> Any:
        """The record picked so far; for a new one, what the address asked for (?contact=12)."""
        if not is_new:
            return getattr(self.instance, name)
        asked = str(self.initial.get(name, ""))
        return field.rows.filter(pk=asked).first() if asked.isdecimal() else None
