"""Whether two who share a phone or an e-mail address are one person: couples and offices share."""

from __future__ import annotations

from collections.abc import Mapping, Set
from difflib import SequenceMatcher
from typing import Any

from contacts.importing.people import Person

#: What is known of somebody: values as Person and Draft have them, and phones (E.164).
Face = tuple[Mapping[str, Any], Set[str]]

#: As much of two first names, of 1, stands in both where one may be a slip: Carol and Karla.
ALIKE = 0.6


def differ(person: Person, values: Mapping[str, Any], phones: Set[str]) -> bool:
    """
    Whether their first names are two, and their last names, e-mails or all phones are too; or,
    where no e-mail says that they are one, their first names are nothing alike. A “Jo” or “J.” may
    be a Joanna, and a last name in front of the first one is no other's.
    """
    first, known = _word(person.values, "first_name"), _word(values, "first_name")
    if not first or not known or first.startswith(known) or known.startswith(first):
        return False
    if _words(person.values) == _words(values):
        return False
    if any(_are_two(person.values, values, name) for name in ("last_name", "email")):
        return True
    if person.phones and phones and phones.isdisjoint(one.e164 for one in person.phones):
        return True
    is_one = _word(person.values, "email") and _word(values, "email")  # the same, or they are two
    return not is_one and SequenceMatcher(None, first, known).ratio() < ALIKE


def distance(person: Person, values: Mapping[str, Any]) -> int:
    """How little of a name and an e-mail is the same: of several the nearest is meant."""
    names = ("email", "first_name", "last_name")
    return sum(_word(person.values, name) != _word(values, name) for name in names)


def _are_two(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    mine, theirs = _word(one, name), _word(other, name)
    return bool(mine and theirs and mine != theirs)


def _word(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name, "")).casefold().strip(" .,")


def _words(values: Mapping[str, Any]) -> list[str]:
    """Of a whole name, in any order."""
    name = f"{_word(values, 'first_name')} {_word(values, 'last_name')}"
    return sorted(word.strip(",") for word in name.split())
