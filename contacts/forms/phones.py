"""The phones of a contact: rows to fill in, one of them chosen as the primary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from contacts import phones
from contacts.models import Contact, Phone

if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["PhoneForm"]
else:
    _FormSet = forms.BaseFormSet

EMPTY_ROWS = 2
MOST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A phone as it will be stored."""

    e164: str
    kind: str
    label: str = ""


class PhoneForm(forms.Form):
    number = forms.CharField(
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "size": 18}),
    )
    kind = forms.ChoiceField(choices=Phone.Kind.choices, initial=Phone.Kind.MOBILE, required=False)
    label = forms.CharField(
        required=False, max_length=40, widget=forms.TextInput(attrs={"size": 12})
    )

    def clean_number(self) -> str:
        """E.164, or "" for an empty row. What was stored and is left as it was stays valid."""
        typed = self.cleaned_data["number"]
        if not typed or typed == self.initial.get("number"):
            return self.initial["e164"] if typed else ""
        try:
            return phones.parse(typed, settings.DEFAULT_REGION)
        except phones.PhoneInvalid as invalid:
            raise ValidationError(str(invalid)) from invalid

    def entry(self) -> Entry | None:
        data = self.cleaned_data if self.is_valid() else {}
        if not data.get("number"):
            return None
        return Entry(data["number"], data["kind"] or Phone.Kind.MOBILE, data["label"])


class BasePhoneFormSet(_FormSet):
    """Rows for the phones a contact has, and some empty ones. An emptied row removes its phone."""

    def __init__(self, data: Any = None, *, contact: Contact) -> None:
        self.stored = list(contact.phones.all()) if contact.pk else []
        super().__init__(data, prefix="phones", initial=[_initial(p) for p in self.stored])

    @property
    def primary(self) -> int:
        """The row whose phone is the primary one."""
        if self.is_bound:
            chosen = str(self.data.get("phones-primary", ""))
            return int(chosen) if chosen.isdecimal() and len(chosen) < 4 else 0
        return next((i for i, phone in enumerate(self.stored) if phone.is_primary), 0)

    def clean(self) -> None:
        """One contact has a number once; the second row says so."""
        seen: dict[str, int] = {}
        for i, form in enumerate(self.forms, start=1):
            entry = form.entry()
            if entry and entry.e164 in seen:
                form.add_error("number", f"This number is in row {seen[entry.e164]} already.")
            elif entry:
                seen[entry.e164] = i

    def entries(self) -> list[Entry]:
        """What was filled in, the primary first."""
        rows = [(i != self.primary, i, form.entry()) for i, form in enumerate(self.forms)]
        rows.sort(key=lambda row: row[:2])
        return [entry for _, _, entry in rows if entry]


def _initial(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.display,
        "e164": phone.e164,
        "kind": phone.kind,
        "label": phone.label,
    }


PhoneFormSet = cast(
    "type[BasePhoneFormSet]",
    forms.formset_factory(
        PhoneForm, formset=BasePhoneFormSet, extra=EMPTY_ROWS, max_num=MOST, absolute_max=2 * MOST
    ),
)


def keep(contact: Contact, entries: list[Entry]) -> None:
    """Let the contact have exactly these phones, the first one primary."""
    stored = {phone.e164: phone for phone in contact.phones.all()}
    contact.phones.exclude(e164__in=[entry.e164 for entry in entries]).delete()
    contact.phones.update(is_primary=False)
    for i, entry in enumerate(entries):
        phone = stored.get(entry.e164) or Phone(contact=contact, e164=entry.e164)
        phone.kind, phone.label, phone.is_primary = entry.kind, entry.label, i == 0
        phone.save()
