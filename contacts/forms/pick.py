"""
Choosing one record among thousands by typing: no list of everybody is ever rendered.

A full name that one record has is that record. Anything else (a fragment, a name two people
share) is asked back with the matches as radio buttons, so that nobody is picked by accident.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from contacts import search
from contacts.concealing import conceal
from contacts.models import Company, Contact, Record

SUGGESTIONS = 12
CANDIDATES = 8
_BY_ID = re.compile(r".*#(?P<id>\d{1,18})")

Find = Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Picked:
    """What came back: the words, and the id that was chosen for exactly these words."""

    words: str
    chosen: str = ""

    @classmethod
    def of(cls, record: Record) -> Picked:
        return cls(str(record), str(record.pk))


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the suggestions: what to type for it, and what tells it from its namesakes."""

    value: str
    label: str


def options(records: Iterable[Record]) -> list[Option]:
    """Suggestions; those whose names are the same get their id behind the name."""
    records = list(records)
    names = Counter(str(record) for record in records)
    return [
        Option(f"{record} #{record.pk}" if names[str(record)] > 1 else str(record), about(record))
        for record in records
    ]


def about(record: Record) -> str:
    """What tells a contact from its namesakes: company or email; nothing for others."""
    return str(record.company or record.email) if isinstance(record, Contact) else ""


def suggestions(rows: Any, find: Find, words: str = "", *, user: Any) -> list[Option]:
    """The first few current records for these words; without words, those texted last."""
    rows = rows.visible_to(user)
    rows = find(rows.current(), words) if words else rows.current()
    is_contact = issubclass(rows.model, Contact)
    by_name = bool(words) or not is_contact
    rows = rows.order_by("sort_name", "pk") if by_name else rows.order_by("-last_texted_at", "-pk")
    found = (rows.select_related("company") if is_contact else rows)[:SUGGESTIONS]
    return options(conceal(found, user))


class PickInput(forms.Widget):
    """A text input with suggestions, and the matches below it when the words were unclear."""

    template_name = "contacts/widgets/pick.html"
    suggest_url = ""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}))
        self.candidates: list[Any] = []
        self.suggest: Callable[[], list[Option]] = list

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Picked:
        words, chosen, asked = (data.get(name + end) or "" for end in ("", "_id", "_for"))
        words = words.replace("\x00", "").strip()
        return Picked(words, chosen if words == asked else "")

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "suggest_url": self.suggest_url,
            "options": self.suggest(),
            "candidates": [(one, about(one)) for one in self.candidates],
        }
        return context


class PickField(forms.Field):
    """One record of a model with a `sort_name`, or None; `rows` is who may be picked."""

    widget = PickInput

    def __init__(self, model: type[Record], *, find: Find, suggest_url: str, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.model, self.find = model, find
        self.noun = model._meta.verbose_name
        self.widget.suggest_url = suggest_url
        self.rows: Any = model._default_manager.none()
        self.user: Any = None

    def open_to(self, user: Any) -> None:
        """Let this user pick among what they may see."""
        self.rows, self.user = self.model.objects.visible_to(user), user
        self.widget.suggest = lambda: suggestions(self.model.objects.all(), self.find, user=user)

    def offer(self, candidates: list[Any]) -> None:
        cast("PickInput", self.widget).candidates = list(conceal(candidates, self.user))

    def prepare_value(self, value: Any) -> Picked:
        if isinstance(value, Picked):
            return value
        return Picked.of(value) if isinstance(value, self.model) else Picked("")

    def clean(self, value: Picked) -> Any:
        if not value.words:
            return None
        return self._by_id(value) or self._by_name(value.words)

    def _by_id(self, value: Picked) -> Any:
        typed = _BY_ID.fullmatch(value.words)
        chosen = value.chosen or (typed["id"] if typed else "")
        return self.rows.filter(pk=chosen).first() if chosen and chosen.isdecimal() else None

    def _by_name(self, words: str) -> Any:
        rows = self.rows.current().order_by("sort_name", "pk")
        named = list(rows.filter(sort_name=search.clean(words).casefold())[: CANDIDATES + 1])
        if len(named) == 1:
            return named[0]
        found = named[:CANDIDATES] or list(self.find(rows, words)[:CANDIDATES])
        self.offer(found)
        if not found:
            raise ValidationError(f"No {self.noun} is called “{words[:80]}”.")
        raise ValidationError(f"Which {self.noun} is meant? Choose one of these.")


def contact_field(**kwargs: Any) -> PickField:
    return PickField(
        Contact, find=search.contacts, suggest_url="contacts:contact-suggest", **kwargs
    )


def company_field(**kwargs: Any) -> PickField:
    return PickField(
        Company, find=search.companies, suggest_url="contacts:company-suggest", **kwargs
    )
