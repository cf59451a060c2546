"""Whom of our contacts the people of a list are, looked up for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models.functions import Lower

from contacts.importing import faces
from contacts.importing.drafts import FIELDS, Draft
from contacts.importing.namesakes import Namesakes
from contacts.importing.people import Person
from contacts.importing.writing import among
from contacts.models import Contact, Merge, Phone


class Known:
    """
    Found by phone, else by e-mail, unless the rest says that it is somebody else with the same: of
    several whoever fits best, else who is there longest. Who has neither is found by name
    (namesakes). Whoever a row makes is known to the rows after it.
    """

    def __init__(self, people: Iterable[Person], author: Any) -> None:
        everybody = list(people)
        rows = Contact.objects.visible_to(author).order_by("pk")
        numbers = {phone.e164 for person in everybody for phone in person.phones}
        emails = {_email(person) for person in everybody} - {""}
        by_phone = rows.filter(phones__e164__in=among(numbers)).values_list("phones__e164", "pk")
        by_email = rows.alias(lower=Lower("email")).filter(lower__in=among(emails))
        phones = [pair for pair in by_phone if pair[0] in numbers] if numbers else []
        mails = list(by_email.values_list(Lower("email"), "pk")) if emails else []
        self.namesakes = Namesakes(everybody, rows)
        pks = {pk for _, pk in (*phones, *mails)} | self.namesakes.known.keys()
        drafts = _followed(_drafts(pks), author)
        self.by_phone = _listed(phones, drafts)
        self.by_email = _listed(mails, drafts)
        self.namesakes.meet(drafts)
        self.made: dict[Draft, Person] = {}

    def find(self, person: Person) -> Draft | None:
        numbers = (self.by_phone.get(one.e164, ()) for one in person.phones)
        return (
            self._best(person, [draft for some in numbers for draft in some])
            or self._best(person, self.by_email.get(_email(person), ()))
            or self.namesakes.find(person)
        )

    def learn(self, draft: Draft, person: Person) -> None:
        """This person is that draft from now on."""
        if draft.pk is None:
            self.made.setdefault(draft, person)
            self.namesakes.learn(draft, person)
        for phone in person.phones:
            _note(self.by_phone, phone.e164, draft)
        if email := _email(person):
            _note(self.by_email, email, draft)

    def _best(self, person: Person, drafts: Sequence[Draft]) -> Draft | None:
        if not drafts:
            return None
        found = [(draft, self._face(draft)) for draft in drafts]
        fit = [pair for pair in found if not faces.differ(person, *pair[1])]
        if len(fit) < 2:
            return fit[0][0] if fit else None
        # who has no pk yet is new, and in the order of the rows
        return min(
            fit,
            key=lambda pair: (
                *(pair[0].is_archived, faces.distance(person, pair[1][0])),
                pair[0].pk or float("inf"),
            ),
        )[0]

    def _face(self, draft: Draft) -> faces.Face:
        if made := self.made.get(draft):
            return made.values, {phone.e164 for phone in made.phones}
        return draft.values, draft.phones


def _followed(drafts: dict[int, Draft], author: Any) -> dict[int, Draft]:
    """In place of those who are a part of another contact now, that one."""
    archived = [pk for pk, draft in drafts.items() if draft.is_archived]
    into = Merge.objects.followed(archived) if archived else {}
    seen = Contact.objects.visible_to(author).filter(pk__in=among(set(into.values())))
    keeps = drafts | _drafts(set(seen.values_list("pk", flat=True)) - drafts.keys()) if into else {}
    return drafts | {gone: keeps[keep] for gone, keep in into.items() if keep in keeps}


def _listed(pairs: Iterable[tuple[str, int]], drafts: dict[int, Draft]) -> dict[str, list[Draft]]:
    found: dict[str, list[Draft]] = {}
    for key, pk in pairs:
        _note(found, key, drafts[pk])
    return found


def _note(drafts: dict[str, list[Draft]], key: str, draft: Draft) -> None:
    some = drafts.setdefault(key, [])
    if draft not in some:
        some.append(draft)


def _email(person: Person) -> str:
    return person.values.get("email", "").lower()


def _drafts(pks: set[int]) -> dict[int, Draft]:
    """Those contacts, with what they have."""
    if not pks:
        return {}
    rows = Contact.objects.filter(pk__in=among(pks)).values_list("pk", "archived_at", *FIELDS)
    drafts = {
        pk: Draft(pk, dict(zip(FIELDS, values, strict=True)), is_archived=at is not None)
        for pk, at, *values in rows
    }
    phones = Phone.objects.filter(contact__in=among(pks))
    for contact, e164, is_primary in phones.values_list("contact", "e164", "is_primary"):
        drafts[contact].phones.add(e164)
        drafts[contact].has_primary |= is_primary
    tags = Contact.tags.through.objects.filter(contact__in=among(pks))
    for contact, tag in tags.values_list("contact", "tag"):
        drafts[contact].tags.add(tag)
    return drafts
