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
    """
    The names of the columns, then a row for each contact, and these custom fields at its end: of
    contacts.custom.current(), and the contacts from contacts.custom.beside().
    """
    yield (*HEADER, *_beside, *(field.label for field in fields))
    every = iter(contacts)
    while some := list(islice(every, CHUNK)):
        beside = [cells(some) for cells in _beside.values()]
        for contact in some:
            held = custom.plain(contact) if fields else {}
            yield (
                *(contact.first_name, contact.last_name, contact.job_title),
                *(str(contact.company or ""), contact.email),
                ", ".join(map(_phone, contact.phones.all())),
                ", ".join(tag.name for tag in contact.tags.all()),
                *(contact.time_zone, contact.notes),
                *(column.get(contact.pk, "") for column in beside),
                *(held.get(field.key, "") for field in fields),
            )


def _phone(phone: Phone) -> str:
    """In the notation that is read again; what would part it is left out of its label."""
    return f"{_PARTING.sub(' ', phone.label).strip() or phone.kind}: {phone.e164}"
