"""What of a contact stands in a table: what an import of ours reads again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from contacts import custom
from contacts.models import Contact, CustomField, Phone

HEADER = (
    *("First name", "Last name", "Job title", "Company", "E-mail", "Phones", "Tags"),
    *("Time zone", "Notes"),
)


CHUNK = 500
#: Columns of other apps: the name of each, and what says its cells of some contacts, by their pks.
_beside: dict[str, Callable[[Sequence[Contact]], Mapping[int, str]]] = {}


def join(label: str, cells: Callable[[Sequence[Contact]], Mapping[int, str]]) -> None:
    """Add a column, once per process."""
    _beside[label] = cells


_PARTING = re.compile(r"[,;:\s]+")


def rows(
    contacts: Iterable[Contact], fields: Sequence[CustomField] = ()
) -> Iterator[tuple[str, ...]]:
    """The names of the columns, then a row for each contact, with `more` at its end."""
    yield (*HEADER, *more_labels(fields))
    for contact, more_cells in more(contacts, fields):
        yield (
            *(contact.first_name, contact.last_name, contact.job_title),
            *(str(contact.company or ""), contact.email),
            ", ".join(map(_phone, contact.phones.all())),
            ", ".join(tag.name for tag in contact.tags.all()),
            *(contact.time_zone, contact.notes),
            *more_cells,
        )


def more_labels(fields: Sequence[CustomField]) -> list[str]:
    """What the cells of `more` are called."""
    return [*_beside, *(field.label for field in fields)]


def more(
    contacts: Iterable[Contact], fields: Sequence[CustomField]
) -> Iterator[tuple[Contact, list[str]]]:
    """
    Each contact with its cells of other apps' columns and these custom fields: of
    contacts.custom.current(), and the contacts from contacts.custom.beside().
    """
    every = iter(contacts)
    while some := list(islice(every, CHUNK)):
        columns = [cells(some) for cells in _beside.values()]
        for contact in some:
            held = custom.plain(contact) if fields else {}
            cells = [column.get(contact.pk, "") for column in columns]
            yield contact, cells + [held.get(field.key, "") for field in fields]


def _phone(phone: Phone) -> str:
    """In the notation that is read again; what would part it is left out of its label."""
    return f"{_PARTING.sub(' ', phone.label).strip() or phone.kind}: {phone.e164}"
