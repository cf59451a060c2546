"""What two contacts say about the same thing, where one of them has to give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from contacts import custom
from contacts.forms.record import full_name
from contacts.models import Contact, CustomField

FIELDS = (
    *("first_name", "last_name", "job_title", "company", "email"),
    *("owner", "time_zone", "notes"),
)
FIRST, SECOND, BOTH = "first", "second", "both"


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One field. first, second: the words for people; usual: which of them stays unless somebody
    says otherwise. field: the custom one, if it is one.
    """

    name: str
    label: str
    first: str
    second: str
    usual: str
    field: CustomField | None = None

    @property
    def options(self) -> list[tuple[str, str]]:
        both = [(BOTH, "Both")] if self.name == "notes" and self.first and self.second else []
        return [(FIRST, self.first), (SECOND, self.second), *both]


def choices(first: Contact, second: Contact) -> list[Choice]:
    """Of what differs. What only one of them has is usually kept, and of notes both."""
    found = [_of_field(name, first, second) for name in FIELDS]
    held = custom.held(first), custom.held(second)
    for field in CustomField.objects.of(Contact):
        words = [h[field.pk].words if field.pk in h else "" for h in held]
        found.append(_choice(field.name, field.label, words[0], words[1], field))
    return [choice for choice in found if choice.first != choice.second]


def _of_field(name: str, first: Contact, second: Contact) -> Choice:
    field: Any = Contact._meta.get_field(name)
    label = capfirst(str(field.verbose_name))
    return _choice(name, label, _words(first, name), _words(second, name))


def _choice(
    name: str, label: str, first: str, second: str, field: CustomField | None = None
) -> Choice:
    usual = FIRST if first else SECOND
    if name == "notes" and first and second:
        usual = BOTH
    return Choice(name, label, first, second, usual, field)


def _words(contact: Contact, name: str) -> str:
    value: Any = getattr(contact, name)
    if name == "owner" and value:
        return full_name(value)
    return str(value or "")
