"""A team: its name, and where its records go when it is dissolved."""

from __future__ import annotations

from typing import Any

from django import forms

from contacts.models import Team


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ("name",)
        error_messages = {"name": {"unique": "There is a team of that name."}}


class DissolveForm(forms.Form):
    to = forms.ModelChoiceField(
        Team.objects.none(),
        label="Its records and people go to",
        required=False,
        empty_label="No team: everybody sees the records",
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = Team.objects.exclude(pk=team.pk)
