"""What the columns of a file say of custom fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from contacts import custom
from contacts.exporting.delimited import bare
from contacts.forms.custom import form_field
from contacts.importing import amounts, columns, days
from contacts.importing.people import Person, Unread
from contacts.models import Contact, CustomField, CustomValue
from contacts.models.custom import LONGEST, plain

Reader = Callable[[str], str]
ORDERS = "orders"  # among the options of an import: what days.orders() found


class CustomColumns:
    """
    Those of a list's mapping whose fields are not archived; nothing is asked where there are none.
    """

    def __init__(self, mapping: list[str], options: dict[str, Any]) -> None:
        words = set(mapping) - columns.FIELDS.keys() - {""}
        orders = options.get(ORDERS, {})
        fields = custom.current(Contact) if words else []
        self.columns: list[tuple[CustomField, list[int], Reader]] = [
            (field, places, _reader(field, orders.get(str(places[0]), "")))
            for field in fields
            if (places := [n for n, word in enumerate(mapping) if word == field.name])
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


def _reader(field: CustomField, first: str) -> Reader:
    """From a cell to what custom.read() takes; it raises Unread. first: as days.read() takes it."""
    if field.type == CustomField.Type.NUMBER:
        form: Any = form_field(field)
        return lambda cell: _number(form, cell)
    if field.type == CustomField.Type.DATE:
        return lambda cell: days.read(cell, first)
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


def _option(named: dict[str, str], cell: str) -> str:
    if not (option := named.get(_folded(cell))):
        raise Unread("is not among its options")
    return option


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
