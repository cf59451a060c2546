"""What a row is about: the values in it, and whom of our contacts it means."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from contacts import phones
from contacts.forms import tags as tag_names
from contacts.importing import columns
from contacts.models import Company, Contact
from contacts.models.contact import validate_time_zone
from contacts.phones import TypedPhone

MOST_PHONES = 20
WORDS = ("first_name", "last_name", "job_title", "company", "notes")
TEXTS = ("first_name", "last_name", "job_title", "notes", "email", "time_zone")
#: Most characters of a value, as its column has them.
LONGEST: dict[str, int] = {
    **{name: getattr(Contact._meta.get_field(name), "max_length", 0) for name in TEXTS},
    "company": getattr(Company._meta.get_field("name"), "max_length", 0),
}


_KIND = re.compile(r"^\s*[\w ]{1,20}:\s*")
#: One address that needs no second look: far less than validate_email takes.
_ORDINARY = re.compile(
    r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]{1,63}\.)+[a-z]{2,63}", re.IGNORECASE | re.ASCII
)


class Broken(ValueError):
    """Why a row is skipped: one plain sentence."""


@dataclass(slots=True)
class Person:
    """
    A row, understood. values: fields of Contact, and the company's name under "company"; custom:
    custom fields by their pks, as custom.read() takes them; unread: which cells of those say
    nothing that we can read, one sentence.
    """

    values: dict[str, str] = field(default_factory=dict)
    phones: list[TypedPhone] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    said_no: bool = False
    custom: dict[int, str] = field(default_factory=dict)
    unread: str = ""

    @property
    def words(self) -> str:
        """How it is called in a preview."""
        name = f"{self.values.get('first_name', '')} {self.values.get('last_name', '')}".strip()
        return name or self.values.get("email", "") or (self.phones[0].e164 if self.phones else "")


def understand(cells: list[str], mapping: list[str]) -> Person:
    """Raises Broken."""
    said = columns.read(cells, mapping)
    person = Person(_values(said), _phones(said), _tags(said), _says_no(said))
    if not person.words:
        raise Broken("There is no name, no e-mail and no phone in it.")
    return person


def _values(said: dict[str, list[str]]) -> dict[str, str]:
    values = {name: " ".join(said[name]) for name in WORDS if name in said}
    if "name" in said and not values.keys() & {"first_name", "last_name"}:
        first, _, last = " ".join(said["name"]).strip().rpartition(" ")
        values |= {"first_name": first or last, "last_name": last if first else ""}
    if "email" in said:
        values["email"] = _email(said["email"][0])
    if "time_zone" in said:
        values["time_zone"] = said["time_zone"][0]
        _checked(validate_time_zone, values["time_zone"])
    for name, value in values.items():
        if len(value) > LONGEST[name]:
            raise Broken(f"{columns.FIELDS[name]}: more than {LONGEST[name]:,} characters.")
    return values


def _email(cell: str) -> str:
    """The first address of a cell, which may hold several, as Podio's do: `work: …, home: …`."""
    if _ORDINARY.fullmatch(cell):
        return cell
    found = [_KIND.sub("", piece).strip() for piece in re.split(r"[,;\n]", cell)]
    address = next(filter(None, found), "")
    _checked(validate_email, address)
    return address


def _tags(said: dict[str, list[str]]) -> list[str]:
    if "tags" not in said:
        return []
    tags = tag_names.split(",".join(said["tags"]).replace(";", ","))
    if len(tags) > tag_names.MOST:
        raise Broken(f"Tags: more than {tag_names.MOST}.")
    if long := [tag for tag in tags if len(tag) > tag_names.LONGEST]:
        raise Broken(f"Tags: “{long[0][:30]}…” has more than {tag_names.LONGEST} characters.")
    return tags


def _checked(check: Any, value: str) -> None:
    try:
        check(value)
    except ValidationError as error:
        raise Broken(f"“{value[:60]}”: {error.messages[0]}") from error


def _phones(said: dict[str, list[str]]) -> list[TypedPhone]:
    found: dict[str, TypedPhone] = {}
    try:
        for kind in columns.PHONES:
            for typed in said.get(kind, ()):
                for phone in _of_kind(kind, typed):
                    found.setdefault(phone.e164, phone)
    except phones.PhoneInvalid as invalid:
        raise Broken(str(invalid)[:250]) from invalid
    if len(found) > MOST_PHONES:
        raise Broken(f"More than {MOST_PHONES} phones.")
    return list(found.values())


def who_said_no(cells: list[str], mapping: list[str]) -> list[str]:
    """The numbers of a row that says no, as far as they can be read: also of a broken one."""
    said = columns.read(cells, mapping)
    if not _says_no(said):
        return []
    found: dict[str, None] = {}
    for kind in columns.PHONES:
        for piece in phones.pieces("\n".join(said.get(kind, []))):
            with suppress(phones.PhoneInvalid):
                found |= dict.fromkeys(phone.e164 for phone in _of_kind("phones", piece))
    return list(found)


def _says_no(said: dict[str, list[str]]) -> bool:
    return any(word.casefold() in columns.YES for word in said.get("opted_out", ()))


def _of_kind(kind: str, typed: str) -> list[TypedPhone]:
    """A column of one kind holds one number; in “phones” each may say its kind, as Podio's do."""
    if kind == "phones":
        return phones.parse_many(typed.lstrip("'"), settings.DEFAULT_REGION)
    return [TypedPhone(kind, phones.parse(typed.lstrip("'"), settings.DEFAULT_REGION))]
