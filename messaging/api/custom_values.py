"""Custom fields as programs give them, checked as the record's own form checks them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from contacts import custom
from contacts.forms.custom import form_field
from contacts.models import CustomField, Record
from messaging.api.problems import Problem

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def checked(record: Record, given: Mapping[str, Any]) -> dict[CustomField, Any]:
    """For contacts.custom.keep(). Raises Problem, which names the field."""
    if not given:
        return {}
    fields = {field.key: field for field in custom.current(type(record))}
    had = custom.held(record) if record.pk else {}
    news: dict[CustomField, Any] = {}
    for key, value in given.items():
        field = fields.get(key)
        if field is None:
            raise Problem(422, f"custom.{key}: There is no such field.")
        kept = had[field.pk].text if field.pk in had else ""
        try:
            news[field] = form_field(field, kept).clean(_typed(field, value, kept))
        except ValidationError as error:
            raise Problem(422, f"custom.{key}: {error.messages[0]}") from error
    return news


def _typed(field: CustomField, value: Any, kept: str) -> str:
    """As somebody would type it in the form, or choose it there: options go by their names."""
    words = "" if value is None else str(value)
    if field.type == CustomField.Type.DATE and words and not _ISO.fullmatch(words):
        raise ValidationError("Write a date such as 2026-11-27.")
    if field.type != CustomField.Type.CHOICE:
        return words
    named = {name.casefold(): pk for pk, name in field.offered(kept)}
    return named.get(words.strip().casefold(), words and f"“{words}”")
