"""A contact, with phones and tags, as one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse_lazy
from django.utils.text import format_lazy

from contacts import phones
from contacts.forms.phones import MOST, Entry, PhoneFormSet, keep
from contacts.forms.pick import company_field
from contacts.forms.record import RecordForm, owner_field
from contacts.forms.tags import TagsField, tag
from contacts.forms.zones import ZoneField
from contacts.models import Contact, Deal


class ContactForm(RecordForm):
    """`phones` is the formset of the phone rows: it is checked and saved together with this."""

    company = company_field()
    tags = TagsField(
        required=False,
        max_length=1000,
        help_text="Separate several by commas.",
        widget=forms.TextInput(
            attrs={
                "list": "tags",
                "autocomplete": "off",
                "hx-get": format_lazy("{}?field=tags", reverse_lazy("contacts:tag-suggest")),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#tags",
                "hx-swap": "innerHTML",
            }
        ),
    )
    time_zone = ZoneField(
        help_text="Such as Europe/Berlin; a city is enough.",
    )
    pasted = forms.CharField(
        label="Paste several phones",
        required=False,
        max_length=5000,
        help_text="Such as mobile: +1 212 555 0123, work: +44 20 7946 0958",
    )
    owner = owner_field()

    class Meta:
        model = Contact
        fields = [
            *("first_name", "last_name", "job_title", "company", "email"),
            *("owner", "time_zone", "notes"),
        ]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.phones = PhoneFormSet(data, contact=self.instance)
        if self.instance.pk:
            self.initial["tags"] = list(self.instance.tags.all())

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.phones.is_valid()])

    def clean_pasted(self) -> list[Entry]:
        """The phones of one line such as "mobile: …, work: …"."""
        typed = self.cleaned_data["pasted"]
        try:
            found = phones.parse_many(typed, settings.DEFAULT_REGION) if typed.strip() else []
        except phones.PhoneInvalid as invalid:
            raise ValidationError(str(invalid)) from invalid
        return [Entry(phone.e164, phone.kind, phone.label) for phone in found]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_pasted(data.get("pasted", []))
        if not self.errors and self.phones.is_valid() and not self._is_somebody(data):
            raise ValidationError("Give at least a name, an e-mail or a phone.")
        return data

    def _check_pasted(self, pasted: list[Entry]) -> None:
        """Pasted phones are new ones, each once, and not too many."""
        known = {entry.e164 for entry in self.phones.entries()}
        for entry in pasted:
            if entry.e164 in known:
                self.add_error("pasted", f"{phones.show(entry.e164)} is there already.")
                return
            known.add(entry.e164)
        if len(known) > MOST:
            self.add_error("pasted", f"A contact has at most {MOST} phones.")

    def _is_somebody(self, data: dict[str, Any]) -> bool:
        named = any(data.get(name) for name in ("first_name", "last_name", "email"))
        return named or bool(self.phones.entries() or data.get("pasted"))

    @transaction.atomic
    def save(self, commit: bool = True) -> Contact:
        contact: Contact = super().save(commit)
        if "team" in self.changed_data:  # what is theirs goes along
            theirs = Deal.objects.filter(contact=contact, team=self.fields["team"].initial)
            theirs.update(team=contact.team)
        keep(contact, self.phones.entries() + self.cleaned_data["pasted"])
        tag(contact, self.cleaned_data["tags"])
        return contact
