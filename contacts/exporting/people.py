"""What of a contact stands in a table: what an import of ours reads again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from contacts.models import Contact, Phone

HEADER = (
    *("First name", "Last name", "Job title", "Company", "E-mail", "Phones", "Tags"),
    *("Time zone", "Notes"),
)


_PARTING = re.compile(r"[,;:\s]+")


def rows(contacts: Iterable[Contact]) -> Iterator[tuple[str, ...]]:
    """The names of the columns, then a row for each contact."""
    yield HEADER
    for contact in contacts:
        yield (
            *(contact.first_name, contact.last_name, contact.job_title),
            *(str(contact.company or ""), contact.email),
            ", ".join(map(_phone, contact.phones.all())),
            ", ".join(tag.name for tag in contact.tags.all()),
            *(contact.time_zone, contact.notes),
        )


def _phone(phone: Phone) -> str:
    """In the notation that is read again; what would part it is left out of its label."""
    return f"{_PARTING.sub(' ', phone.label).strip() or phone.kind}: {phone.e164}"
