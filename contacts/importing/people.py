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
#: What a number has that a program took for one with decimal places: 12125550123.0
_FRACTION = re.compile(r"(?<=\d{7})\.0\Z")
#: A last name that stands in front of a comma: a word, with small ones before it.
_LAST = re.compile(r"(?:[^\W\d_A-Z][\w'’]* )*[^\s,]+")
#: What stands behind a comma and is no first name.
_BEHIND = re.compile(
    r"(jr|sr|junior|senior|i{1,3}|iv|v|esq|m\.?d|d\.?d\.?s|ph\.?d|r\.?n|mba|cpa|dr"
    r"|inc|llc|ltd|co|corp|gmbh|ag|kg)\.?",
    re.IGNORECASE,
)
#: One address that needs no second look: far less than validate_email takes.
_ORDINARY = re.compile(
    r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]{1,63}\.)+[a-z]{2,63}", re.IGNORECASE | re.ASCII
)


class Broken(ValueError):
    """Why a row is skipped: one plain sentence."""


class Unread(ValueError):
    """What a cell is not, as the end of a sentence that begins with the cell."""


@dataclass(slots=True)
class Person:
    """
    A row, understood. values: fields of Contact, and the company's name under "company"; custom:
    custom fields by their pks, as custom.read() takes them; no_texts: numbers (E.164) of a row
    that says no, also those that are not kept; agreed: its word that they agreed to texts; unread:
    which cells say nothing we can keep.
    """

    values: dict[str, str] = field(default_factory=dict)
    phones: list[TypedPhone] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    said_no: bool = False
    no_texts: list[str] = field(default_factory=list)
    agreed: str = ""
    custom: dict[int, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """How it is called in a preview."""
        name = f"{self.values.get('first_name', '')} {self.values.get('last_name', '')}".strip()
        return name or self.values.get("email", "") or (self.phones[0].e164 if self.phones else "")

    @property
    def left_out(self) -> str:
        """What of the row is not kept and why, one sentence; "" if all of it is."""
        return f"Left out: {'; '.join(self.unread)}."[:250] if self.unread else ""

    def miss(self, label: str, cell: str, why: object) -> None:
        """A cell that is left out."""
        self.unread.append(f"{label}, “{_short(cell)}” {why}")


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else f"{cell[:39]}…"


def understand(cells: list[str], mapping: list[str]) -> Person:
    """Whoever it is; cells that cannot be read are left out. Raises Broken if it is nobody then."""
    said = columns.read(cells, mapping)
    person = Person(said_no=_says_no(said))
    _read_values(person, said)
    _read_phones(person, said)
    _read_tags(person, said)
    if not person.words:
        raise Broken(f"There is no name, no e-mail and no phone in it. {person.left_out}".strip())
    if person.said_no:
        person.no_texts = _refused(said)
    else:
        person.agreed = next(filter(columns.agrees, said.get("agreed", ())), "")
    return person


def _read_values(person: Person, said: dict[str, list[str]]) -> None:
    values = {name: " ".join(said[name]) for name in WORDS if name in said}
    if "name" in said and not values.keys() & {"first_name", "last_name"}:
        values |= _parted(" ".join(said["name"]).strip())
    if "email" in said:
        values["email"] = _email(said["email"][0])
    if "time_zone" in said:
        values["time_zone"] = said["time_zone"][0]
    for name, value in values.items():
        if why := _wrong(name, value):
            cell = value or said[name][0]
            person.miss(columns.FIELDS[name], cell, why)
        else:
            person.values[name] = value


def _parted(name: str) -> dict[str, str]:
    """
    A whole name, also one that begins with the last: “Smith, John”, “van der Berg, Anna”, but not
    “John Smith, Jr.”. A name of one word says nothing of the last one.
    """
    last, _, first = (part.strip() for part in name.partition(","))
    if first and "," not in first and _LAST.fullmatch(last) and not _BEHIND.fullmatch(first):
        return {"first_name": first, "last_name": last}
    first, _, last = name.rpartition(" ")
    return {"first_name": first, "last_name": last} if first else {"first_name": last}


def _wrong(name: str, value: str) -> str:
    """What is wrong with a value, as the end of a sentence; mostly ""."""
    if len(value) > LONGEST[name]:
        return f"has more than {LONGEST[name]:,} characters"
    if name == "email" and not _ORDINARY.fullmatch(value) and not _passes(validate_email, value):
        return "is no e-mail address"
    if name == "time_zone" and not _passes(validate_time_zone, value):
        return "is no time zone such as Europe/Berlin"
    return ""


def _passes(check: Any, value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


def _email(cell: str) -> str:
    """The first address of a cell, which may hold several, as Podio's do: `work: …, home: …`."""
    if _ORDINARY.fullmatch(cell):
        return cell
    found = [_KIND.sub("", piece).strip() for piece in re.split(r"[,;\n]", cell)]
    return next(filter(None, found), "")


def _read_tags(person: Person, said: dict[str, list[str]]) -> None:
    if "tags" not in said:
        return
    cell = ",".join(said["tags"])
    tags = tag_names.split(cell)
    if len(tags) > tag_names.MOST:
        person.miss("Tags", cell, f"are more than {tag_names.MOST}")
        return
    for tag in tags:
        if len(tag) > tag_names.LONGEST:
            person.miss("Tags", tag, f"has more than {tag_names.LONGEST} characters")
        else:
            person.tags.append(tag)


def _read_phones(person: Person, said: dict[str, list[str]]) -> None:
    found: dict[str, TypedPhone] = {}
    for kind in columns.PHONES:
        for typed in said.get(kind, ()):
            for phone in _readable(person, kind, typed):
                found.setdefault(phone.e164, phone)
    person.phones = list(found.values())[:MOST_PHONES]
    if len(found) > MOST_PHONES:
        person.unread.append(f"Phones, more than {MOST_PHONES}: those after")


def _readable(person: Person, kind: str, typed: str) -> list[TypedPhone]:
    """The numbers of a cell, without those that cannot be read."""
    try:
        return _of_kind(kind, typed)
    except phones.PhoneInvalid as invalid:
        several = phones.pieces(typed[: phones.LONGEST_PASTE]) if kind == "phones" else []
        if len(several) < 2:
            person.unread.append(_no_phone(kind, typed, str(invalid)))
            return []
    good = [piece for piece in several if _readable(person, kind, piece)]
    return _of_kind(kind, "\n".join(good)) if good else []


def _no_phone(kind: str, typed: str, why: str) -> str:
    """phones says mostly “12” is too short …"""
    words = why.rstrip(".") if why.startswith("“") else f"“{_short(typed)}” is not a phone number"
    return f"{columns.FIELDS[kind].partition(',')[0]}, {words}"


def who_said_no(cells: list[str], mapping: list[str]) -> list[str]:
    """The numbers of a row that says no, as far as they can be read: also of a broken one."""
    said = columns.read(cells, mapping)
    return _refused(said) if _says_no(said) else []


def _refused(said: dict[str, list[str]]) -> list[str]:
    """
    Also what stands beside something unreadable, or is more than we keep; of a row that names
    numbers where it says no, as exports of ours do, those alone.
    """
    cells = phones.pieces("\n".join(said.get("opted_out", [])))
    if named := [cell for cell in cells if cell.startswith("+")]:
        said = {"phones": named}
    found: dict[str, None] = {}
    for kind in columns.PHONES:
        for piece in phones.pieces("\n".join(said.get(kind, []))):
            with suppress(phones.PhoneInvalid):
                found |= dict.fromkeys(phone.e164 for phone in _of_kind("phones", piece))
    return list(found)


def _says_no(said: dict[str, list[str]]) -> bool:
    return any(word.casefold() not in columns.WANTS for word in said.get("opted_out", ()))


def _of_kind(kind: str, typed: str) -> list[TypedPhone]:
    """A column of one kind holds one number; in “phones” each may say its kind, as Podio's do."""
    typed = _FRACTION.sub("", typed.lstrip("'"))
    if kind == "phones":
        return phones.parse_many(typed, settings.DEFAULT_REGION)
    return [TypedPhone(kind, phones.parse(typed, settings.DEFAULT_REGION))]
