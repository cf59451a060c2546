"""What of a contact stands in a table: what an import of ours reads again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from contacts import custom
from contacts.models import Contact, CustomField, Phone

HEADER = (
    *("First name", "Last name", "Job title", "Company", "E-mail", "Phones", "Tags"),
    *("Time zone", "Notes"),
)


_PARTING = re.compile(r"[,;:\s]+")


def rows(
    contacts: Iterable[Contact], fields: Sequence[CustomField] = ()
) -> Iterator[tuple[str, ...]]:
    """
    The names of the columns, then a row for each contact, and these custom fields at its end: of
    contacts.custom.current(), and the contacts from contacts.custom.beside().
    """
    yield (*HEADER, *(field.label for field in fields))
    for contact in contacts:
        held = custom.plain(contact) if fields else {}
        yield (
            *(contact.first_name, contact.last_name, contact.job_title),
            *(str(contact.company or ""), contact.email),
            ", ".join(map(_phone, contact.phones.all())),
            ", ".join(tag.name for tag in contact.tags.all()),
            *(contact.time_zone, contact.notes),
            *(held.get(field.key, "") for field in fields),
        )


def _phone(phone: Phone) -> str:
    """In the notation that is read again; what would part it is left out of its label."""
    return f"{_PARTING.sub(' ', phone.label).strip() or phone.kind}: {phone.e164}"
