"""Whom of our contacts the people of a list are, looked up for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower

from contacts.importing.people import Person
from contacts.importing.writing import among
from contacts.models import Contact, Phone

#: What of a contact a list can change.
FIELDS = (
    *("first_name", "last_name", "name", "sort_name", "job_title", "company_id", "email"),
    *("time_zone", "notes"),
)
EMPTY = dict.fromkeys(FIELDS, "") | {"company_id": None}


@dataclass(slots=True, eq=False)
class Draft:
    """
    A contact that rows are about: its FIELDS, and the phones (E.164) and tags (pks) it will have.
    Who is new has no pk before it is stored.
    """

    pk: int | None = None
    values: dict[str, Any] = field(default_factory=EMPTY.copy)
    phones: set[str] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    has_primary: bool = False
    is_changed: bool = False


class Known:
    """
    Found by phone, else by e-mail; of several, the one who is there longest. Whoever a row makes
    is known to the rows after it.
    """

    def __init__(self, people: Iterable[Person], author: Any) -> None:
        everybody = list(people)
        rows = Contact.objects.visible_to(author).order_by("-pk")
        numbers = {phone.e164 for person in everybody for phone in person.phones}
        emails = {_email(person) for person in everybody} - {""}
        by_phone = rows.filter(phones__e164__in=among(numbers)).values_list("phones__e164", "pk")
        by_email = rows.alias(lower=Lower("email")).filter(lower__in=among(emails))
        phones = {e164: pk for e164, pk in by_phone if e164 in numbers} if numbers else {}
        mails = dict(by_email.values_list(Lower("email"), "pk")) if emails else {}
        drafts = _drafts({*phones.values(), *mails.values()})
        self.by_phone = {e164: drafts[pk] for e164, pk in phones.items()}
        self.by_email = {email: drafts[pk] for email, pk in mails.items()}

    def find(self, person: Person) -> Draft | None:
        found = [self.by_phone[one.e164] for one in person.phones if one.e164 in self.by_phone]
        if found:  # who has no pk yet is new, and in the order of the rows
            return min(found, key=lambda draft: draft.pk or float("inf"))
        return self.by_email.get(_email(person))

    def learn(self, draft: Draft, person: Person) -> None:
        """This person is that draft from now on."""
        for phone in person.phones:
            self.by_phone.setdefault(phone.e164, draft)
        if email := _email(person):
            self.by_email.setdefault(email, draft)


def _email(person: Person) -> str:
    return person.values.get("email", "").lower()


def _drafts(pks: set[int]) -> dict[int, Draft]:
    """Those contacts, with what they have."""
    if not pks:
        return {}
    rows = Contact.objects.filter(pk__in=among(pks)).values_list("pk", *FIELDS)
    drafts = {pk: Draft(pk, dict(zip(FIELDS, values, strict=True))) for pk, *values in rows}
    phones = Phone.objects.filter(contact__in=among(pks))
    for contact, e164, is_primary in phones.values_list("contact", "e164", "is_primary"):
        drafts[contact].phones.add(e164)
        drafts[contact].has_primary |= is_primary
    tags = Contact.tags.through.objects.filter(contact__in=among(pks))
    for contact, tag in tags.values_list("contact", "tag"):
        drafts[contact].tags.add(tag)
    return drafts
