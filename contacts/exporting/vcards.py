"""
vCard 3.0 (RFC 2426), which every phone and mail program reads. What it has no word for, such as who
does not want texts and custom fields, stands under one of ours; other programs pass that by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contacts.exporting import people
from contacts.models import Contact, CustomField, Phone

LONGEST_LINE = 75  # octets, after which a line is folded
_TYPES = {"mobile": "CELL", "work": "WORK", "home": "HOME", "main": "MAIN", "other": "VOICE"}


def cards(contacts: Iterable[Contact], fields: Sequence[CustomField] = ()) -> Iterator[str]:
    """contacts, fields: as `people.more` takes them."""
    labels = [label.replace('"', "'") for label in people.more_labels(fields)]
    for contact, cells in people.more(contacts, fields):
        said = [(label, cell) for label, cell in zip(labels, cells, strict=True) if cell]
        yield "".join(f"{_folded(line)}\r\n" for line in _lines(contact, said))


def _lines(contact: Contact, more: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"N:{_text(contact.last_name)};{_text(contact.first_name)};;;"
    yield f"FN:{_text(_called(contact))}"
    if contact.company:
        yield f"ORG:{_text(contact.company.name)}"
    said = {
        "TITLE": _text(contact.job_title),
        "EMAIL;TYPE=INTERNET": _text(contact.email),
        "CATEGORIES": ",".join(_text(tag.name) for tag in contact.tags.all()),
        "TZ;VALUE=text": _text(contact.time_zone),
        "NOTE": _text(contact.notes),
    }
    yield from (f"{name}:{value}" for name, value in said.items() if value)
    for number, phone in enumerate(contact.phones.all(), 1):
        yield from _phone(phone, number)
    yield from (f'X-SMSCRM;LABEL="{label}":{_text(cell)}' for label, cell in more)
    yield "END:VCARD"


def _called(contact: Contact) -> str:
    """Who has neither name nor e-mail is called by their number, as phones do."""
    if contact.first_name or contact.last_name or contact.email:
        return contact.name
    return next((phone.e164 for phone in contact.phones.all()), contact.name)


def _phone(phone: Phone, number: int) -> Iterator[str]:
    """A label of the team's own goes beside it, as Apple's programs do."""
    group = f"item{number}." if phone.label else ""
    pref = ",PREF" if phone.is_primary else ""
    yield f"{group}TEL;TYPE={_TYPES[phone.kind]}{pref}:{phone.e164}"
    if phone.label:
        yield f"{group}X-ABLabel:{_text(phone.label)}"


def _text(words: str) -> str:
    for char in "\\,;":
        words = words.replace(char, f"\\{char}")
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line longer than 75 octets, and no character torn apart."""
    pieces, size = [""], 0
    for char in line:
        octets = len(char.encode("utf-8", "replace"))
        if size + octets > LONGEST_LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += char
        size += octets
    return "\r\n".join(pieces)
