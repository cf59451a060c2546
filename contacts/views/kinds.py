"""The record types that have screens, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse
from django.utils.text import slugify

from contacts import custom
from contacts.concealing import conceal
from contacts.filters import RecordFilters
from contacts.forms import RecordForm
from contacts.ids import MOST_PK
from contacts.models import CustomField, Record
from contacts.prepared import Prepared

Fetch = Callable[[Any], Any]
_followed: dict[type[Record], list[Fetch]] = {}
_written: dict[tuple[str, bool], Prepared[Any]] = {}


def follow(model: type[Record], fetch: Fetch) -> None:
    """Fetch more with a record for its page: for apps that show there what they know of it."""
    _followed.setdefault(model, []).append(fetch)


def _all(rows: Any) -> Any:
    return rows


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; `sort` is its word in the address, `-` in front if it starts falling."""

    label: str
    sort: str = ""
    end: bool = False
    field: CustomField | None = None

    @property
    def name(self) -> str:
        """Its word in the address: last-texted; f-… for a custom field."""
        return self.field.name if self.field else slugify(self.label)


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A record type's screens. The addresses are /<nouns>/…, their names <noun>-list, -detail and
    so on; the templates contacts/<noun>_list.html, _detail.html and _form.html.
    """

    noun: str
    nouns: str
    icon: str
    model: type[Record]
    form: type[RecordForm]
    filters: type[RecordFilters]
    columns: tuple[Column, ...]
    sorts: dict[str, str]  # word in the address -> its column, which is never NULL
    default_sort: str  # a word of `sorts`, with - in front for falling
    joined: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()
    has_conversation: bool = False
    #: Of an archived one, the record that it became a part of.
    moved: Callable[[Any], Record | None] = lambda record: None
    #: What else its list shows, from the request.
    beside: Callable[[Any], dict[str, Any]] = lambda request: {}
    about: Callable[[Any, Any], dict[str, Any]] = lambda record, user: {}

    def rows(self, user: Any, *, bare: bool = False) -> Any:
        """What this user may see, with what a list or a page of it shows, unless bare."""
        rows = cast("Any", self.model).objects.visible_to(user)
        if bare:
            return rows
        return rows.select_related("owner", *self.joined).prefetch_related(*self.fetched)

    def record(self, user: Any, pk: int, *, bare: bool = False) -> Any:
        """
        One of them, with what other apps show on its page unless bare; None if there is none. For
        who may see all records, the SQL is written once.
        """
        fetch = _all if bare else self._on_page
        visible = cast("Any", self.model).objects.visible_to(user)
        if visible.query.where or pk > MOST_PK:
            return next(conceal(fetch(visible).filter(pk=pk)[:1], user), None)
        if (self.noun, bare) not in _written:
            every = cast("Any", self.model).objects.all()
            _written[self.noun, bare] = Prepared(lambda pk: fetch(every).filter(pk=pk), int)
        return _written[self.noun, bare].first(pk)

    def _on_page(self, rows: Any) -> Any:
        rows = rows.select_related("owner", *self.joined).prefetch_related(*self.fetched)
        rows = rows.annotate(any_custom=custom.any_held(self.model))
        for fetch in _followed.get(self.model, []):
            rows = fetch(rows)
        return rows

    def order(self, sort: str) -> str:
        """The column for a word of `sorts`, the sign kept."""
        name = sort.removeprefix("-")
        return sort[: len(sort) - len(name)] + self.sorts[name]

    def template(self, page: str) -> str:
        return f"contacts/{self.noun}_{page}.html"

    def url(self, verb: str, *args: Any) -> str:
        return reverse(f"contacts:{self.noun}-{verb}", args=args)

    def links(self, record: Record) -> dict[str, str]:
        """Where a record is changed, archived and deleted."""
        return {verb: self.url(verb, record.pk) for verb in ("edit", "archive", "delete")}

    @property
    def list_url(self) -> str:
        return self.url("list")

    @property
    def create_url(self) -> str:
        return self.url("create")
