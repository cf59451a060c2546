"""What the columns of a file say of custom fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from contacts import custom
from contacts.exporting.delimited import bare
from contacts.forms.custom import form_field
from contacts.importing import amounts, columns
from contacts.importing.people import Person, Unread
from contacts.models import Contact, CustomField, CustomValue
from contacts.models.custom import LONGEST, plain

#: A day, with the time that workbooks and programs put behind it.
_ISO = re.compile(r"(\d{4}-\d\d-\d\d|\d{8})(?:[T ]\d\d[\d:.,Z+-]*)?", re.ASCII)
#: With dots the day stands first wherever people write so.
_DAYS = ("%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%Y/%m/%d")
Reader = Callable[[str], str]


class CustomColumns:
    """Those of a mapping whose fields are not archived; nothing is asked where there are none."""

    def __init__(self, mapping: list[str]) -> None:
        words = set(mapping) - columns.FIELDS.keys() - {""}
        fields = custom.current(Contact) if words else []
        self.columns: list[tuple[CustomField, list[int], Reader]] = [
            (field, [n for n, word in enumerate(mapping) if word == field.name], _reader(field))
            for field in fields
            if field.name in words
        ]

    @property
    def fields(self) -> list[CustomField]:
        return [field for field, *_ in self.columns]

    def fill(self, person: Person, cells: list[str]) -> None:
        """What a row says goes into `person`, and what it says in vain."""
        for field, places, read in self.columns:
            said = [bare(cells[n]) for n in places if n < len(cells) and cells[n]]
            if said:
                cell = " ".join(said) if field.type == CustomField.Type.TEXT else said[0]
                try:
                    person.custom[field.pk] = read(cell)
                except Unread as why:
                    person.miss(field.label, cell, why)

    def shown(self, person: Person) -> list[tuple[str, str]]:
        """Of each field its label and, for people to read, what this person is said to have."""
        found = []
        for field in self.fields:
            value = CustomValue(field=field)
            value.value = custom.read(field, person.custom.get(field.pk, ""))
            found.append((field.label, value.words))
        return found


def _reader(field: CustomField) -> Reader:
    """From a cell to what custom.read() takes; it raises Unread."""
    if field.type == CustomField.Type.NUMBER:
        form: Any = form_field(field)
        return lambda cell: _number(form, cell)
    if field.type == CustomField.Type.DATE:
        return _day
    if field.type == CustomField.Type.CHOICE:
        named = {_folded(name): pk for pk, name in field.offered()}
        return lambda cell: _option(named, cell)
    return _text


def _text(cell: str) -> str:
    if len(cell) > LONGEST:
        raise Unread(f"has more than {LONGEST} characters")
    return cell


def _number(form: Any, cell: str) -> str:
    """
    As the form takes it, and as spreadsheets show it; but one computes more decimal places than
    we keep.
    """
    try:
        number = form.to_python(amounts.plain(cell))
        form.validate(number)
        if number.as_tuple().exponent < -form.decimal_places:
            number = round(number, form.decimal_places)
        form.run_validators(number)
    except ValidationError as error:
        is_long = error.error_list[0].code != "invalid"
        raise Unread(
            "is a longer number than fits" if is_long else "is no number such as 1250 or 12.5"
        ) from error
    except ArithmeticError as error:
        raise Unread("is a longer number than fits") from error
    return plain("", number + 0, None)  # no -0


def _day(cell: str) -> str:
    try:
        if iso := _ISO.fullmatch(cell):
            return date.fromisoformat(iso[1]).isoformat()
    except ValueError:
        pass
    words = " ".join(cell.replace(",", " ").split())
    for form in _DAYS:
        try:
            return datetime.strptime(words, form).date().isoformat()  # noqa: DTZ007 (a day)
        except ValueError:
            continue
    return _slashed(words)


def _slashed(cell: str) -> str:
    """Only what everybody reads alike: 3/4/2026 is in March here and in April there."""
    found = set()
    for form in ("%m/%d/%Y", "%d/%m/%Y"):
        with suppress(ValueError):
            found.add(datetime.strptime(cell, form).date().isoformat())  # noqa: DTZ007 (a day)
    if len(found) > 1:
        raise Unread("may be two days: write " + " or ".join(sorted(found)))
    if not found:
        raise Unread("is no date such as 2026-11-27")
    return found.pop()


def _option(named: dict[str, str], cell: str) -> str:
    if not (option := named.get(_folded(cell))):
        raise Unread("is not among its options")
    return option


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
