"""
Rows with neither phone nor e-mail: there is only a name to know somebody by, and many share one.
Such a row means a contact that is as bare and has all that the row says, or else somebody new: a
list that comes again doubles nobody, and nobody is filled in with what is another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F

from contacts.importing import naming
from contacts.importing.custom_values import held
from contacts.importing.drafts import Draft
from contacts.importing.people import Person
from contacts.importing.writing import among
from contacts.models import Contact, Merge
from contacts.models.contact import called

_VALUES = ("first_name", "last_name", "job_title", "time_zone", "notes")
#: What is said of somebody: a field's name or pk and, folded, what it holds.
Facts = frozenset[tuple[str | int, str]]


class Namesakes:
    """rows: the contacts whom a list may mean."""

    def __init__(self, people: Iterable[Person], rows: Any) -> None:
        bare = [person for person in people if _name(person)]
        names = {_name(person) for person in bare}
        fields = {field for person in bare for field in person.custom}
        self.known = _known(rows, names, fields) if names else {}
        self.found: dict[str, list[tuple[Draft, Facts]]] = {}

    def meet(self, drafts: dict[int, Draft]) -> None:
        """Those of them that are known, as drafts."""
        for pk, (name, facts) in self.known.items():
            self.found.setdefault(name, []).append((drafts[pk], facts))

    def find(self, person: Person) -> Draft | None:
        some = self.found.get(_name(person), ())
        said = _said(person) if some else frozenset()
        return next((draft for draft, facts in some if said <= facts), None)

    def learn(self, draft: Draft, person: Person) -> None:
        """Whom a row makes, for the rows after it."""
        if draft.pk is None and (name := _name(person)):
            self.found.setdefault(name, []).append((draft, _said(person)))


def _name(person: Person) -> str:
    """As names are sorted; "" for who can be known by more than that."""
    if person.phones or person.values.get("email"):
        return ""
    first, last = (person.values.get(name, "") for name in ("first_name", "last_name"))
    return called(first, last, "")[1] if first or last else ""


def _said(person: Person) -> Facts:
    values = [(name, person.values.get(name, "")) for name in _VALUES]
    company = naming.key(person.values.get("company", ""))
    tags = [("tag", tag) for tag in person.tags]
    return _facts([*values, ("company", company), *tags, *person.custom.items()])


def _facts(pairs: Iterable[tuple[str | int, str]]) -> Facts:
    return frozenset((name, words.casefold().strip()) for name, words in pairs if words)


def _known(rows: Any, names: set[str], fields: set[int]) -> dict[int, tuple[str, Facts]]:
    """Their names and what they have, those in the archive last."""
    merged = Merge.objects.standing().values("gone")
    bare = rows.filter(sort_name__in=among(names), email="", phones=None).exclude(pk__in=merged)
    wanted = ("pk", "sort_name", "company__sort_name", *_VALUES)
    found = list(bare.order_by(F("archived_at").asc(nulls_first=True), "pk").values_list(*wanted))
    more: dict[int, list[tuple[str | int, str]]] = {pk: [] for pk, *_ in found}
    for pk, pair in _beside(set(more), fields):
        more[pk].append(pair)
    return {
        pk: (
            name,
            _facts([("company", company or ""), *zip(_VALUES, values, strict=True), *more[pk]]),
        )
        for pk, name, company, *values in found
    }


def _beside(pks: set[int], fields: set[int]) -> Iterator[tuple[int, tuple[str | int, str]]]:
    if pks:
        tags = Contact.tags.through.objects.filter(contact__in=among(pks))
        for pk, tag in tags.values_list("contact", "tag__name"):
            yield pk, ("tag", tag)
    for (pk, field), (_, words) in held(pks, fields).items():
        yield pk, (field, words)
