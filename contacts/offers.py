"""What the bar above a list offers to choose from, fetched in one question: each page asks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import CharField, F, IntegerField, TextField, Value
from django.db.models.functions import Cast

from contacts.forms.record import full_name, team
from contacts.models import CustomField, Record, SavedView, Tag

Pair = tuple[int, str]
#: The columns of the question: the words of a row, its options, its place.
COLUMNS = ("what", "pk", "one", "two", "three", "data", "place")


@dataclass(slots=True)
class Offers:
    """
    Ids and names, by name; and all fields, in their order, by what they are called in addresses.
    Those that are archived too: an address, a view or a broadcast may still name them.
    """

    team: list[Pair] = field(default_factory=list)
    tags: list[Pair] = field(default_factory=list)
    fields: dict[str, CustomField] = field(default_factory=dict)
    views: list[SavedView] = field(default_factory=list)


def offers(model: type[Record], user: Any, *, tags: bool) -> Offers:
    """For the list of one record type, as this user sees it; None is nobody."""
    parts = [_rows("person", team(), "username", "first_name", "last_name"), *_fields(model)]
    if user is not None:
        parts.append(_views(model, user))
    if tags:
        parts.append(_rows("tag", Tag.objects.all(), "name"))
    found = Offers()
    for what, *row in parts[0].union(*parts[1:], all=True):
        _KEEP[what](found, *row)
    return _in_order(found)


def _keep_person(found: Offers, pk: int, username: str, first: str, last: str, *_: Any) -> None:
    person = User(username=username, first_name=first, last_name=last)
    found.team.append((pk, full_name(person)))


def _keep_tag(found: Offers, pk: int, name: str, *_: Any) -> None:
    found.tags.append((pk, name))


def _keep_view(
    found: Offers, pk: int, name: str, query: str, of: str, owner: str, is_shared: int
) -> None:
    given: dict[str, Any] = {"name": name, "query": query, "of": of, "owner_id": int(owner)}
    found.views.append(SavedView(pk=pk, is_shared=bool(is_shared), **given))


def _keep_field(
    found: Offers, pk: int, label: str, key: str, type_: str, options: str, place: int
) -> None:
    given: dict[str, Any] = {"label": label, "key": key, "type": type_, "position": place}
    row = CustomField(pk=pk, options=json.loads(options), **given)
    found.fields[row.name] = row


def _keep_archived(found: Offers, *row: Any) -> None:
    _keep_field(found, *row)
    last = next(reversed(found.fields.values()))
    last.archived_at = last.created_at


_KEEP: dict[str, Callable[..., None]] = {
    "person": _keep_person,
    "tag": _keep_tag,
    "view": _keep_view,
    "field": _keep_field,
    "archived": _keep_archived,
}


def _views(model: type[Record], user: Any) -> Any:
    rows = SavedView.objects.visible_to(user).filter(of=model._meta.verbose_name_plural)
    columns = ("name", "query", "of", Cast("owner_id", TextField()), F("is_shared"))
    return _rows("view", rows, *columns)


def _fields(model: type[Record]) -> list[Any]:
    every = CustomField.objects.of(model)
    columns = ("label", "key", "type", Cast("options", TextField()), F("position"))
    gone = every.filter(archived_at__isnull=False)
    return [_rows("field", every.current(), *columns), _rows("archived", gone, *columns)]


def _rows(what: str, rows: Any, *columns: Any) -> Any:
    """Rows with the same columns as all others."""
    empty: tuple[Any, ...] = (_words(""), _words(""), _words(""), _words(""), Value(0))
    given = tuple(F(one) if isinstance(one, str) else one for one in columns)
    filled = (_words(what), F("pk"), *given, *empty[len(given) :])
    named = {f"{name}_": value for name, value in zip(COLUMNS, filled, strict=True)}
    named["place_"] = Cast(named["place_"], IntegerField())
    return rows.order_by().annotate(**named).values_list(*named)


def _words(words: str) -> Value:
    return Value(words, output_field=CharField())


def _in_order(found: Offers) -> Offers:
    found.views.sort(key=lambda view: view.place)
    found.team.sort(key=lambda pair: pair[1].casefold())
    found.tags.sort(key=lambda pair: pair[1].casefold())
    fields = sorted(found.fields.values(), key=lambda one: (one.position, one.pk))
    found.fields = {one.name: one for one in fields}
    return found
