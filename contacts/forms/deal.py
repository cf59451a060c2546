from __future__ import annotations

from django import forms

from contacts.forms.pick import company_field, contact_field
from contacts.forms.record import RecordForm, owner_field
from contacts.models import Deal


class DealForm(RecordForm):
    contact = contact_field(help_text="Gets the texts written on this deal.")
    company = company_field(help_text="Without a contact, its main contact gets the texts.")
    due_on = forms.DateField(
        label="Due",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    owner = owner_field()

    class Meta:
        model = Deal
        fields = ["title", "contact", "company", "stage", "amount", "due_on", "owner", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
