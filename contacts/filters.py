"""The filter bars above the lists. What cannot be understood is left out, never an error page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from contacts import custom, search
from contacts.ids import read_pk
from contacts.models import Company, Contact, ContactImport, CustomField, Deal, ImportRow, Merge
from contacts.offers import offers
from contacts.paging import Near

CURRENT, ARCHIVED, ALL = "", "archived", "all"
DATE = {"type": "date"}
#: What the bar does not show among its fields: the search stands before them, the rest is hidden.
APART = {"q", "ids", "imported"}
#: What the address of a list says beside its filters.
OF_THE_PAGE = {"columns", "cursor", "did", "sort", "view"}


class WordsField(forms.CharField):
    """Words to search for, made fit for any database."""

    def to_python(self, value: Any) -> str:
        return search.clean(super().to_python(value) or "")


class WordsFilter(django_filters.CharFilter):  # type: ignore[misc]
    field_class = WordsField


class RecordFilters(django_filters.FilterSet):  # type: ignore[misc]
    """
    `q` searches; archived records are shown only when asked for. `f-…` are the custom fields:
    f-plan=2, f-street=Mill, f-rent-from=500.
    """

    find: Callable[[QuerySet[Any], str], QuerySet[Any]]
    shortcut: Callable[[QuerySet[Any], str], Near[Any] | None] = staticmethod(lambda *_: None)
    near: Near[Any] | None = None

    q = WordsFilter(method="search", label="Search")
    owner = django_filters.ChoiceFilter(
        field_name="owner_id", choices=[], empty_label="Any owner", label="Owner"
    )
    archived = django_filters.ChoiceFilter(
        method="by_archive",
        label="Archive",
        empty_label="Current",
        choices=[(ARCHIVED, "Archived"), (ALL, "Current and archived")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        self.offers = offers(self._meta.model, user, tags="tag" in self.filters)
        self.filters["owner"].extra["choices"] = self.offers.team
        if "tag" in self.filters:
            self.filters["tag"].extra["choices"] = self.offers.tags
        for field in self.offers.fields.values():
            for name, one in filters_of(field).items():
                one.parent, one.model = self, self._meta.model
                self.filters[name] = one

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return type(self).find(rows, value)

    def by_archive(self, rows: Any, name: str, value: str) -> Any:
        return rows.archived() if value == ARCHIVED else rows

    def filter_queryset(self, queryset: Any) -> Any:
        """The search last, so that there is a shortcut beside it."""
        asked = self.form.cleaned_data
        rows = queryset if asked.get("archived") else queryset.current()
        for name in asked.keys() - {"q"}:
            rows = self.filters[name].filter(rows, asked[name])
        words = asked.get("q", "")
        self.near = self.shortcut(rows, words)
        return self.filters["q"].filter(rows, words)

    @cached_property
    def in_use(self) -> dict[str, Any]:
        """What narrows the list down now."""
        asked = self.form.cleaned_data
        return {name: value for name, value in asked.items() if value not in (None, "")}

    @property
    def is_narrowing(self) -> bool:
        """Whether anything was asked for: an empty list then needs other words."""
        return bool(self.in_use)

    @property
    def is_understood(self) -> bool:
        """Whether all was read: who texts a list must not get more of it than was meant."""
        return self.is_valid() and not self.data.keys() - self.filters.keys() - OF_THE_PAGE

    @property
    def plain(self) -> list[Any]:
        """The fields beside the search: those asked for each day."""
        return [one for one in self.form if one.name not in APART and not self._is_more(one.name)]

    @property
    def more(self) -> list[Any]:
        """Those of the custom fields, of archived ones only what is in use; then the archive."""
        every = [one for one in self.form if self._is_more(one.name) and self._is_offered(one.name)]
        return sorted(every, key=lambda one: one.name == "archived")

    @property
    def more_in_use(self) -> int:
        """How many of these."""
        return sum(map(self._is_more, self.in_use))

    @property
    def folded_in_use(self) -> int:
        """How many of all but the search."""
        return len(self.in_use.keys() - APART)

    def _is_more(self, name: str) -> bool:
        return name == "archived" or name.startswith("f-")

    def _is_offered(self, name: str) -> bool:
        custom_field = getattr(self.filters[name], "custom", None)
        return not getattr(custom_field, "is_archived", False) or name in self.in_use


def filters_of(field: CustomField) -> dict[str, Any]:
    """The filters of a custom field: how it begins, which choice, or from where to where."""
    types = CustomField.Type
    if field.type == types.TEXT:
        return {field.name: _filter(WordsFilter, field, custom.begins)}
    if field.type == types.CHOICE:
        every = [(str(one["id"]), one["name"]) for one in field.options]
        given: dict[str, Any] = {"choices": every, "empty_label": "Any"}
        return {field.name: _filter(django_filters.ChoiceFilter, field, custom.exactly, **given)}
    kind, column, more = _RANGES[field.type]
    return {
        f"{field.name}-{end}": _filter(
            kind, field, partial(custom.compares, column, way), f", {end}", **more
        )
        for end, way in (("from", "gte"), ("to", "lte"))
    }


_RANGES: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "number": (django_filters.NumberFilter, "number", {"max_digits": 15}),
    "date": (django_filters.DateFilter, "day", {"widget": forms.DateInput(attrs=DATE)}),
}


def _filter(
    kind: Any, field: CustomField, condition: Callable[[Any], Q], end: str = "", **given: Any
) -> Any:
    def having(rows: Any, name: str, value: Any) -> Any:
        return custom.having(rows, field, condition(value))

    made = kind(method=having, label=f"{field.label}{end}", **given)
    made.custom = field
    return made


class ContactFilters(RecordFilters):
    find = staticmethod(search.contacts)
    shortcut = staticmethod(search.near)

    tag = django_filters.ChoiceFilter(
        field_name="tags", choices=[], empty_label="Any tag", label="Tag"
    )
    company = WordsFilter(method="by_company", label="Company")
    ids = django_filters.CharFilter(method="by_ids", label="Chosen")
    imported = django_filters.CharFilter(method="by_import", label="Of an import")

    class Meta:
        model = Contact
        fields = ["q", "tag", "company", "owner", "archived", "ids", "imported"]

    def by_archive(self, rows: Any, name: str, value: str) -> Any:
        """Who was merged into somebody else is no contact of its own."""
        merged = Merge.objects.standing().values("gone")
        return super().by_archive(rows, name, value).exclude(pk__in=merged)

    def by_ids(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those whose boxes were ticked: 3-12-45."""
        ids = [pk for one in value.split("-") if (pk := read_pk(one))]
        return rows.filter(pk__in=ids)

    def by_import(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Whom the rows of that import are about, new or known, unless it was undone."""
        outcome, undone = ImportRow.Outcome, ContactImport.State.UNDONE
        said = ImportRow.objects.filter(source=read_pk(value) or 0).exclude(outcome=outcome.UNDONE)
        left = said.exclude(outcome=outcome.SAME, source__state=undone)  # nothing was to be undone
        return rows.filter(pk__in=left.values("contact"))

    def by_company(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        user = getattr(self.request, "user", None)
        known = Company.objects.visible_to(user) if user else Company.objects.all()
        named = known.filter(sort_name__contains=value.casefold())
        return rows.filter(company__in=named.values("pk"))


class CompanyFilters(RecordFilters):
    find = staticmethod(search.companies)

    class Meta:
        model = Company
        fields = ["q", "owner", "archived"]


class DealFilters(RecordFilters):
    find = staticmethod(search.deals)

    stage = django_filters.ChoiceFilter(
        choices=Deal.Stage.choices, empty_label="Any stage", label="Stage"
    )
    company = WordsFilter(method="by_company", label="Company")

    class Meta:
        model = Deal
        fields = ["q", "stage", "company", "owner", "archived"]

    by_company = ContactFilters.by_company
