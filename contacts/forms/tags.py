"""Tags typed as a list with commas or semicolons."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contacts.models import Contact, Tag
from contacts.templatetags.ui import hue

MOST = 30
LONGEST = 40


class TagsField(forms.CharField):
    """Names of tags: a list of str, each once whatever its case, none longer than 40."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str | None) else ", ".join(map(str, value))

    def clean(self, value: Any) -> Any:
        names = split(super().clean(value))
        if len(names) > MOST:
            raise ValidationError(f"A contact has at most {MOST} tags; these are {len(names)}.")
        if long := [name for name in names if len(name) > LONGEST]:
            raise ValidationError(
                f"“{long[0][:LONGEST]}…” is too long: a tag has at most {LONGEST} letters."
            )
        return names


def split(typed: str) -> list[str]:
    """The names between the commas, or semicolons as in spreadsheets, tidied, each once."""
    names = (" ".join(part.split()).lstrip("#").strip() for part in re.split("[,;]", typed))
    return list({name.casefold(): name for name in names if name}.values())


def tag(contact: Contact, names: list[str]) -> None:
    """Let the contact have exactly these tags; new names become tags."""
    contact.tags.set([tag_called(name) for name in names])


def tag_called(name: str) -> Tag:
    """The tag of this name, whatever its case; made if there is none."""
    known = Tag.objects.filter(name__iexact=name).first()
    return known or Tag.objects.get_or_create(name=name, defaults={"hue": hue(name)})[0]
