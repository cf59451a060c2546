"""The name of a view, and for whom it is."""

from __future__ import annotations

from typing import Any

from django import forms

from contacts.comments import storable
from contacts.models import SavedView
from contacts.models.saved_view import LONGEST, tidy


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SavedView
        fields = ("name", "is_shared", "of", "query")
        labels = {"is_shared": "For the whole team"}
        widgets = {"of": forms.HiddenInput(), "query": forms.HiddenInput()}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_query(self) -> str:
        try:
            query = tidy(storable(self.cleaned_data["query"]))
        except ValueError as error:
            raise forms.ValidationError("This list cannot be kept.") from error
        if len(query) > LONGEST:
            raise forms.ValidationError("There are too many filters to keep.")
        return query

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        same = SavedView.objects.filter(
            of=data.get("of"), owner=self.instance.owner, name__iexact=data.get("name", "")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "You have a view of that name already.")
        return data
