"""What imported contacts have in custom fields: stored, and taken back, by the thousand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from contacts.importing import writing
from contacts.importing.drafts import Draft
from contacts.importing.people import Person
from contacts.importing.rows import Row
from contacts.models import Contact, CustomField, CustomValue
from contacts.models.custom import compared, plain

Key = tuple[int, int]  # a contact and a field
_HOLDS = ("text", "sort", "number", "day")


class News:
    """What rows say, kept until their contacts are written."""

    def __init__(self, filled: Iterable[tuple[Person, Draft]]) -> None:
        pairs = list(filled)
        contacts = {draft.pk for _, draft in pairs if draft.pk}
        self.held = held(contacts, {field for person, _ in pairs for field in person.custom})
        self.words: dict[tuple[Draft, int], str] = {}

    def note(self, draft: Draft, row: Row, person: Person) -> None:
        """What is in the row goes before what was there; the old and the new of what changes."""
        changed: dict[str, list[str]] = {}
        for field, new in person.custom.items():
            _, had = self.held.get((draft.pk or 0, field), (0, ""))
            old = self.words.get((draft, field), had)
            if old != new:
                changed[str(field)] = [old, new]
                self.words[draft, field] = new
        if changed:
            row.before["custom"] = changed

    def write(self) -> None:
        """In a transaction of the caller's, once the new contacts have their pks."""
        news = {(draft.pk or 0, field): words for (draft, field), words in self.words.items()}
        _write(news, self.held)


class Olds:
    """What rows had changed, on the way back: the last row first."""

    def __init__(self, rows: list[Row]) -> None:
        keys = {key for row in rows for key, *_ in _changes(row)}
        self.held = held({contact for contact, _ in keys}, {field for _, field in keys})
        self.now = {key: words for key, (_, words) in self.held.items()}
        self.words: dict[Key, str] = {}

    def restore(self, row: Row) -> None:
        """What somebody changed since stays as it is."""
        for key, old, new in _changes(row):
            if self.now.get(key, "") == new:
                self.now[key] = self.words[key] = old

    def differ(self, row: Row) -> bool:
        """Whether somebody changed since what the row had said."""
        return any(self.now.get(key, "") != new for key, _, new in _changes(row))

    def write(self, but: Collection[int]) -> None:
        """Except those of these contacts, which go altogether."""
        _write({key: words for key, words in self.words.items() if key[0] not in but}, self.held)


def _changes(row: Row) -> Iterator[tuple[Key, str, str]]:
    for field, (old, new) in row.before.get("custom", {}).items():
        yield (row.contact_id or 0, int(field)), old, new


def held(contacts: set[int], fields: set[int]) -> dict[Key, tuple[int, str]]:
    """Of each value its pk and its words; no question if there is nothing to ask for."""
    if not contacts or not fields:
        return {}
    rows = CustomValue.objects.filter(content_type=ContentType.objects.get_for_model(Contact))
    found = rows.filter(object_id__in=writing.among(contacts), field__in=fields)
    names = ("object_id", "field_id", "pk", "text", "number", "day")
    return {
        (contact, field): (pk, plain(*holds))
        for contact, field, pk, *holds in found.values_list(*names)
    }


def _write(news: dict[Key, str], held: dict[Key, tuple[int, str]]) -> None:
    """Words for each, "" for none."""
    if not news:
        return
    fields = CustomField.objects.filter(pk__in={field for _, field in news})
    types = dict(fields.values_list("pk", "type"))
    kind = ContentType.objects.get_for_model(Contact).pk
    columns = {key: _columns(types[key[1]], words) for key, words in news.items() if words}
    added = [
        (field, kind, contact, *holds)
        for (contact, field), holds in columns.items()
        if (contact, field) not in held
    ]
    writing.insert(CustomValue, ("field_id", "content_type_id", "object_id", *_HOLDS), added)
    changed = [(held[key][0], *holds) for key, holds in columns.items() if key in held]
    writing.update(CustomValue, _HOLDS, changed)
    if gone := [held[key][0] for key, words in news.items() if not words and key in held]:
        CustomValue.objects.filter(pk__in=writing.among(gone)).delete()


def _columns(kind: str, words: str) -> tuple[Any, ...]:
    """Text, sort, number and day: what CustomValue.value would set, as a database reads words."""
    if kind == CustomField.Type.NUMBER:
        return "", None, words, None
    if kind == CustomField.Type.DATE:
        return "", None, None, words
    return words, compared(words), None, None
