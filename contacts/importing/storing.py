"""Storing rows, so that they can be undone: thousands of them in as many statements as one."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from contacts import phones
from contacts.importing import days, kinds, naming, writing
from contacts.importing.custom_columns import ORDERS
from contacts.importing.custom_values import News
from contacts.importing.drafts import FIELDS, Draft
from contacts.importing.known import Known
from contacts.importing.people import Person
from contacts.importing.rows import Row, keep
from contacts.models import Contact, ContactImport, ImportRow, Phone
from contacts.models.contact import called
from contacts.models.contact_import import PEOPLE
from contacts.models.member import team_of
from contacts.phones import TypedPhone

#: Somebody of an imported row does not want texts; arguments `phone` (E.164), `user`, `words`. Who
#: listens answers whether it is news.
said_no = Signal()

#: The owners of numbers agreed to texts, or, where a row is undone, nobody knows; arguments `said`
#: (by E.164 the words), `user`, `is_undone`. Who listens answers of which it is news.
said_yes = Signal()

#: What is known of these `numbers` already? Who listens answers which said no, and which agreed.
asked = Signal()

KNOWN = "We know them already."

Outcome = ImportRow.Outcome
_fields_of = itemgetter(*FIELDS)


@transaction.atomic
def bring(
    author: Any, rows: list[list[str]], name: str, mapping: list[str], kind: str = PEOPLE
) -> ContactImport:
    """A file, its first row the names of the columns, for later."""
    source = ContactImport.objects.create(
        author=author, kind=kind, name=name[:120], header=rows[0], mapping=mapping
    )
    if kind == PEOPLE and (orders := days.orders(rows[1:])):
        source.options = {ORDERS: orders}
        source.save(update_fields=["options"])
    keep(source, rows[1:], kinds.of(source).most)
    return source


def store(rows: list[tuple[Row, Person]], author: Any, *, updates: bool) -> None:
    """
    Create or fill in the contacts of these rows, in a transaction of the caller's; what happened
    is in the rows then, not told to the database.
    """
    matched = _matched(rows, author, updates=updates)
    kept = [
        (row, person, draft) for row, person, draft in matched if row.outcome != Outcome.SKIPPED
    ]
    batch = Batch([(person, draft) for _, person, draft in kept], author)
    for row, person, draft in kept:
        batch.fill(draft, row, person)
    batch.write()
    _note_agreements(kept, author)
    for row, person, draft in matched:
        row.contact_id = draft.pk
        numbers = person.no_texts or list(draft.phones) if person.said_no else []
        news = note_refusal(row, numbers, author) or any(row.before.values())
        if row.outcome == Outcome.UPDATED and not news:
            row.outcome = Outcome.SAME


def _matched(
    rows: list[tuple[Row, Person]], author: Any, *, updates: bool
) -> list[tuple[Row, Person, Draft]]:
    """Whom each row is about, and what will become of it."""
    known = Known([person for _, person in rows], author)
    found = []
    for row, person in rows:
        draft = known.find(person)
        row.outcome, row.problem = Outcome.UPDATED if draft else Outcome.CREATED, person.left_out
        if draft and not updates:
            row.outcome, row.problem = Outcome.SKIPPED, KNOWN
        else:
            draft = draft or Draft()
            known.learn(draft, person)
        found.append((row, person, draft))
    return found


def note_refusal(row: Row, numbers: list[str], author: Any) -> bool:
    """These numbers (E.164) do not want texts. Whether that is news."""
    words = f"Row {row.line}"
    answers = [
        answer
        for phone in numbers
        for _, answer in said_no.send(ImportRow, phone=phone, user=author, words=words)
    ]
    return any(answers)


def said_before(numbers: set[str]) -> tuple[set[str], set[str]]:
    """Of these (E.164), which said no already, and which agreed."""
    silent: set[str] = set()
    agreed: set[str] = set()
    answers: list[tuple[Any, Any]] = asked.send(ImportRow, numbers=numbers)
    for _, (no, yes) in answers:
        silent |= no
        agreed |= yes
    return silent, agreed


def _note_agreements(kept: list[tuple[Row, Person, Draft]], author: Any) -> None:
    """Those of the row's own numbers; of one without, of those we know. The first to say it."""
    said: dict[str, tuple[Row, str]] = {}
    for row, person, draft in kept:
        if person.agreed:
            numbers = [one.e164 for one in person.phones] or sorted(draft.phones)
            for number in numbers:
                said.setdefault(number, (row, f"Row {row.line}: {person.agreed}"))
    if said:
        words = {number: what for number, (_, what) in said.items()}
        for _, news in said_yes.send(ImportRow, said=words, user=author, is_undone=False):
            for number in news or ():
                said[number][0].before.setdefault("agreed", []).append(number)


class Batch:
    """What rows make, kept until all of it is written at once."""

    def __init__(self, matched: list[tuple[Person, Draft]], author: Any) -> None:
        people = [person for person, _ in matched]
        self.blank = Contact(owner=author, team_id=team_of(author))
        self.companies = naming.companies(people, author)
        self.tags = naming.tags(people)
        self.drafts: dict[Draft, None] = {}
        self.phones: list[tuple[Row, Draft, TypedPhone, bool]] = []
        self.tagged: list[tuple[Draft, int]] = []
        self.custom = News(pair for pair in matched if pair[0].custom)

    def fill(self, draft: Draft, row: Row, person: Person) -> None:
        """What is in the row goes before what was there; the old and the new of what changes."""
        changed: dict[str, list[Any]] = {}
        for name, new in self._values(person):
            old = draft.values[name]
            if old != new:
                changed[name] = [old, new]
                draft.values[name] = new
        if changed or draft.pk is None:
            self.drafts[draft] = None
        row.before = {"fields": changed, "phones": [], "tags": []}
        self._add(draft, row, person)
        self._claim(row, person)
        self.custom.note(draft, row, person)

    def _values(self, person: Person) -> Iterable[tuple[str, Any]]:
        for name, value in person.values.items():
            if name == "company":
                yield "company_id", self.companies.pks[naming.key(value)]
            else:
                yield name, value

    def _add(self, draft: Draft, row: Row, person: Person) -> None:
        """Phones and tags that are new to the contact."""
        for one in person.phones:
            if one.e164 not in draft.phones:
                self.phones.append((row, draft, one, not draft.has_primary))
                draft.phones.add(one.e164)
                draft.has_primary = True
        for tag in (self.tags.pks[name.casefold()] for name in person.tags):
            if tag not in draft.tags:
                draft.tags.add(tag)
                self.tagged.append((draft, tag))
                row.before["tags"].append(tag)

    def _claim(self, row: Row, person: Person) -> None:
        """What did not exist before the first row that named it."""
        company = person.values.get("company", "")
        companies = self.companies.claim([naming.key(company)] if company else [])
        tags = self.tags.claim(map(str.casefold, person.tags))
        if companies or tags:
            row.before["made"] = {"companies": companies, "tags": tags}

    def write(self) -> None:
        """Contacts, then what contacts have; and what undoing needs of them."""
        for draft in self.drafts:
            values = draft.values
            names = called(values["first_name"], values["last_name"], values["email"])
            values["name"], values["sort_name"] = names
        now = writing.moment(timezone.now())
        old = [(draft.pk, *_fields_of(draft.values)) for draft in self.drafts if draft.pk]
        writing.update(Contact, FIELDS, old, updated_at=now)
        self._write_new([draft for draft in self.drafts if not draft.pk], now)
        self._write_phones()
        tagged = [(draft.pk, tag) for draft, tag in self.tagged]
        writing.insert(Contact.tags.through, ("contact_id", "tag_id"), tagged)
        self.custom.write()

    def _write_new(self, drafts: list[Draft], now: Any) -> None:
        rest = writing.rest(self.blank, FIELDS) | {"created_at": now, "updated_at": now}
        rows = [_fields_of(draft.values) for draft in drafts]
        pks = writing.insert(Contact, FIELDS, rows, **rest)
        for draft, pk in zip(drafts, pks, strict=True):
            draft.pk = pk

    def _write_phones(self) -> None:
        rows = [
            (draft.pk, one.e164, phones.show(one.e164), one.kind, one.label, is_primary)
            for _, draft, one, is_primary in self.phones
        ]
        names = ("contact_id", "e164", "display", "kind", "label", "is_primary")
        for (row, *_), pk in zip(self.phones, writing.insert(Phone, names, rows), strict=True):
            row.before["phones"].append(pk)
