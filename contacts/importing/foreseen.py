"""What would become of the first rows of a list, before anything is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from contacts.importing import naming, people, storing
from contacts.importing.custom_columns import CustomColumns
from contacts.importing.custom_values import News
from contacts.importing.drafts import Draft
from contacts.importing.known import Known
from contacts.importing.people import Person
from contacts.importing.rows import Row, waiting
from contacts.importing.writing import among
from contacts.models import Company, ContactImport, ImportRow, Tag

MOST = 1_000  # rows, which take a third of a second
Outcome = ImportRow.Outcome


@dataclass(frozen=True, slots=True)
class Foreseen:
    """why: besides, whom it means and what is left out. person: None if it is nobody."""

    row: Row
    outcome: ImportRow.Outcome
    why: str
    person: Person | None
    custom: list[tuple[str, str]]


def look(source: ContactImport, own: CustomColumns) -> list[Foreseen]:
    """As importing these rows now would go: whom each means is found first, as storing does."""
    read = [(row, *_understood(row, source, own)) for row in islice(waiting(source), MOST)]
    known = Known([person for _, person, _ in read if person], source.author)
    matched = [
        (row, person, problem, _match(known, person, updates=source.updates))
        for row, person, problem in read
    ]
    held = _Held([(person, draft) for _, person, _, (_, draft) in matched if person and draft])
    return [
        _foreseen(row, person, held, outcome, draft, own)
        if person and draft
        else Foreseen(row, Outcome.SKIPPED, problem, None, [(one.label, "") for one in own.fields])
        for row, person, problem, (outcome, draft) in matched
    ]


def _match(
    known: Known, person: Person | None, *, updates: bool
) -> tuple[ImportRow.Outcome, Draft | None]:
    """Whom a row means and what becomes of it, as far as that alone says it."""
    if person is None:
        return Outcome.SKIPPED, None
    draft = known.find(person)
    if draft and not updates:
        return Outcome.SKIPPED, draft
    outcome = Outcome.UPDATED if draft else Outcome.CREATED
    draft = draft or Draft()
    known.learn(draft, person)
    return outcome, draft


def _foreseen(
    row: Row,
    person: Person,
    held: _Held,
    outcome: ImportRow.Outcome,
    draft: Draft,
    own: CustomColumns,
) -> Foreseen:
    if outcome != Outcome.SKIPPED and not held.take(draft, person, row):
        outcome = Outcome.SAME if outcome == Outcome.UPDATED else outcome
    why = _why(person, draft if outcome != Outcome.CREATED else None)
    return Foreseen(row, outcome, why, person, own.shown(person))


class _Held:
    """What the people of the list have, as each row would leave it."""

    def __init__(self, pairs: list[tuple[Person, Draft]]) -> None:
        companies = Company.objects.filter(
            pk__in=among({draft.values["company_id"] for _, draft in pairs} - {None})
        )
        names = dict(companies.values_list("pk", "sort_name"))
        self.companies = {draft: names.get(draft.values["company_id"]) for _, draft in pairs}
        self.tags = {name.casefold(): pk for pk, name in Tag.objects.values_list("pk", "name")}
        self.custom = News(pair for pair in pairs if pair[0].custom)
        numbers = {one for _, draft in pairs for one in draft.phones}
        numbers |= {one.e164 for person, _ in pairs for one in person.phones}
        numbers |= {one for person, _ in pairs for one in person.no_texts}
        self.silent, self.agreed = storing.said_before(numbers)

    def take(self, draft: Draft, person: Person, row: Row) -> bool:
        """Whether the row says anything new of them. They have it from then on."""
        news = [self._values(draft, person), self._phones(draft, person)]
        news += [self._tags(draft, person), self._consent(draft, person)]
        self.custom.note(draft, row, person)
        return any(news) or bool(row.before)

    def _values(self, draft: Draft, person: Person) -> bool:
        said = dict(person.values)
        company = naming.key(said.pop("company", "")) or self.companies[draft]
        news = company != self.companies[draft] or not said.items() <= draft.values.items()
        self.companies[draft] = company
        draft.values |= said
        return news

    def _phones(self, draft: Draft, person: Person) -> bool:
        news = {one.e164 for one in person.phones} - draft.phones
        draft.phones |= news
        return bool(news)

    def _tags(self, draft: Draft, person: Person) -> bool:
        """One that is to be made has a number of its own until then."""
        names = map(str.casefold, person.tags)
        news = {self.tags.setdefault(name, -len(self.tags) - 1) for name in names} - draft.tags
        draft.tags |= news
        return bool(news)

    def _consent(self, draft: Draft, person: Person) -> bool:
        silent = set(person.no_texts or draft.phones) if person.said_no else set()
        theirs = {one.e164 for one in person.phones} or draft.phones
        agreed = set(theirs) if person.agreed else set()
        news = bool(silent - self.silent or agreed - self.agreed)
        self.silent |= silent
        self.agreed |= agreed
        return news


def words(found: list[Foreseen], total: int) -> str:
    """How many of them are what: “Of all 350 rows, 300 would be created, 50 updated.”"""
    counts = Counter(one.outcome for one in found)
    said = [(counts[one], one.label.lower()) for one in Outcome if counts[one]]
    if not said:
        return ""
    (first, label), others = said[0], [f", {count:,} {label}" for count, label in said[1:]]
    if first == total:
        return f"{'The row' if total == 1 else f'All {total:,} rows'} would be {label}."
    some = f"all {total:,}" if len(found) == total else f"the first {len(found):,} of {total:,}"
    return f"Of {some} rows, {first:,} would be {label}{''.join(others)}."


def _understood(row: Row, source: ContactImport, own: CustomColumns) -> tuple[Person | None, str]:
    try:
        person = people.understand(row.cells, source.mapping)
    except people.Broken as problem:
        return None, str(problem)
    own.fill(person, row.cells)
    return person, ""


def _why(person: Person, draft: Draft | None) -> str:
    who = ""
    if draft:
        name = draft.values["name"]
        who = f"We know them as {name}." if draft.pk else "They stand in a row above."
    silent = "Not to be texted from then on." if person.said_no else ""
    agreed = "Agreed to texts." if person.agreed else ""
    return " ".join(filter(None, [who, silent, agreed, person.left_out]))
