"""The companies and tags that people of a list name: found whatever their case, or made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from contacts.forms import tags as tag_names
from contacts.ids import read_pk
from contacts.importing import writing
from contacts.importing.people import Person
from contacts.models import Company, SavedView, Tag
from contacts.models.member import team_of


def key(company: str) -> str:
    """As names are sorted."""
    return company.casefold()[:120]


@dataclass(slots=True)
class Named:
    """The pk of each by its key, and which of them were made just now."""

    pks: dict[str, int] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)

    def claim(self, keys: Iterable[str]) -> list[int]:
        """The pks of these that were made and that nobody claimed before."""
        mine = {self.pks[key] for key in keys} & self.made
        self.made -= mine
        return sorted(mine)


def companies(people: Iterable[Person], author: Any) -> Named:
    """Of two that are called the same, the older."""
    names: dict[str, str] = {}
    for person in people:
        if name := person.values.get("company"):
            names.setdefault(key(name), name)
    if not names:
        return Named()
    seen = Company.objects.visible_to(author).filter(sort_name__in=writing.among(names))
    found = dict(seen.order_by("-pk").values_list("sort_name", "pk"))
    founded = _founded({k: name for k, name in names.items() if k not in found}, author)
    return Named(found | founded, set(founded.values()))


def _founded(names: dict[str, str], author: Any) -> dict[str, int]:
    now = writing.moment(timezone.now())
    blank = Company(owner=author, team_id=team_of(author))
    rest = writing.rest(blank, ("name", "sort_name")) | {"created_at": now, "updated_at": now}
    rows = [(name, k) for k, name in names.items()]
    pks = writing.insert(Company, ("name", "sort_name"), rows, **rest)
    return dict(zip(names, pks, strict=True))


def tags(people: Iterable[Person]) -> Named:
    """By their names, folded. There are few of them."""
    names = {name.casefold(): name for person in people for name in person.tags}
    if not names:
        return Named()
    rows = Tag.objects.order_by("-name").values_list("name", "pk")
    found = {name.casefold(): pk for name, pk in rows}
    made = {k: tag_names.tag_called(name).pk for k, name in names.items() if k not in found}
    return Named(found | made, set(made.values()))


def forget(companies: Iterable[int], tags: Iterable[int]) -> None:
    """Those that an import made, unless something came to use or to change them."""
    untouched = Q(updated_at=F("created_at"), archived_at=None)
    _unused(Company, companies).filter(untouched).delete()
    _unused(Tag, tags).delete()


def _unused(model: Any, pks: Iterable[int]) -> Any:
    """Those of these rows that no other row names, by a key, on a timeline or in a saved view."""
    rows = model.objects.filter(pk__in=set(pks) - _in_views(model._meta.model_name))
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.one_to_many and relation.auto_created:
            name = relation.field.name
            rows = rows.exclude(
                Exists(relation.related_model.objects.filter(**{name: OuterRef("pk")}))
            )
    for relation in model._meta.private_fields:
        rows = rows.filter(**{f"{relation.name}__isnull": True})
    return rows


def _in_views(noun: str) -> set[int]:
    """The numbers that stand for such a thing in the addresses of saved views: tag=3, tags=3."""
    queries = SavedView.objects.exclude(query="").values_list("query", flat=True)
    asked = {pair for query in queries for pair in parse_qsl(query)}
    values = {value for name, value in asked if name.startswith(noun)}
    return {pk for value in values if (pk := read_pk(value))}
