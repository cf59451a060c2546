"""The custom fields of a record in its form."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from contacts import custom
from contacts.models import CustomField
from contacts.models.custom import LONGEST

if TYPE_CHECKING:
    from contacts.models import Record

WORDS_FOR_NUMBER = "Write a number, such as 1250 or 12.5."


class CustomFields:
    """Those of one form: put into it, and kept from it once the record is saved."""

    def __init__(self, form: forms.ModelForm[Any]) -> None:
        self.form = form
        self.fields = custom.current(form._meta.model)
        had = custom.held(form.instance) if self.fields and form.instance.pk else {}
        for field in self.fields:
            row = had.get(field.pk)
            form.fields[field.name] = form_field(field, row.text if row else "")
            if row:
                # 100, not 100.0000, as a database has it
                form.initial[field.name] = Decimal(row.plain) if field.is_number else row.value

    def bound(self) -> list[Any]:
        """For a template."""
        return [self.form[field.name] for field in self.fields]

    def keep(self, record: Record) -> None:
        data = self.form.cleaned_data
        custom.keep(record, {field: data.get(field.name) for field in self.fields})


def form_field(field: CustomField, kept: str = "") -> forms.Field:
    """kept: the option a record has, which may not be offered to others any more."""
    given: dict[str, Any] = {"label": field.label, "required": False}
    if field.type == CustomField.Type.NUMBER:
        words = {"invalid": WORDS_FOR_NUMBER}
        number = forms.TextInput(attrs={"inputmode": "decimal"})
        return forms.DecimalField(
            max_digits=15, decimal_places=4, widget=number, error_messages=words, **given
        )
    if field.type == CustomField.Type.DATE:
        return forms.DateField(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given
        )
    if field.type == CustomField.Type.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *field.offered(kept)], **given)
    return forms.CharField(max_length=LONGEST, **given)
