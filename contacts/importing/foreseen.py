"""What would become of the first rows of a list, before anything is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from contacts.importing import naming, people
from contacts.importing.custom_columns import CustomColumns
from contacts.importing.custom_values import News
from contacts.importing.known import Draft, Known
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
    """As importing these rows now would go, one after the other."""
    read = [(row, *_understood(row, source, own)) for row in islice(waiting(source), MOST)]
    known = Known([person for _, person, _ in read if person], source.author)
    held = _Held([(person, known.find(person)) for _, person, _ in read if person])
    found = []
    for row, person, problem in read:
        if person is None:
            empty = [(field.label, "") for field in own.fields]
            found.append(Foreseen(row, Outcome.SKIPPED, problem, None, empty))
            continue
        draft = known.find(person)
        outcome = Outcome.CREATED if draft is None else Outcome.UPDATED
        if draft and not source.updates:
            outcome = Outcome.SKIPPED
        elif draft and held.has(draft, person, row):
            outcome = Outcome.SAME
        else:
            known.learn(draft or Draft(), person)
        found.append(Foreseen(row, outcome, _why(person, draft), person, own.shown(person)))
    return found


class _Held:
    """What those we know have already, beside their own fields."""

    def __init__(self, found: list[tuple[Person, Draft | None]]) -> None:
        pairs = [(person, draft) for person, draft in found if draft]
        named = {draft.values["company_id"] for _, draft in pairs}
        companies = Company.objects.filter(pk__in=among(named - {None}))
        self.companies = dict(companies.values_list("pk", "sort_name"))
        self.tags = {name.casefold(): pk for pk, name in Tag.objects.values_list("pk", "name")}
        self.custom = News(pair for pair in pairs if pair[0].custom)

    def has(self, draft: Draft, person: Person, row: Row) -> bool:
        """Whether the row says nothing new of them; not known of who stands in a row above."""
        theirs = draft.values | {"company": self.companies.get(draft.values["company_id"])}
        said = dict(person.values)
        if "company" in said:
            said["company"] = naming.key(said["company"])
        self.custom.note(draft, row, person)
        return (
            draft.pk is not None
            and not (person.said_no or person.agreed)
            and all(theirs[name] == value for name, value in said.items())
            and all(one.e164 in draft.phones for one in person.phones)
            and {self.tags.get(name.casefold()) for name in person.tags} <= draft.tags
            and not row.before
        )


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
