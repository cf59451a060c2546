from __future__ import annotations

from django import forms

from contacts.forms.pick import contact_field
from contacts.forms.record import RecordForm, owner_field
from contacts.models import Company


class CompanyForm(RecordForm):
    website = forms.URLField(required=False, assume_scheme="https", max_length=200)
    main_contact = contact_field(help_text="Gets the texts written on this company.")
    owner = owner_field()

    class Meta:
        model = Company
        fields = ["name", "website", "main_contact", "owner", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
