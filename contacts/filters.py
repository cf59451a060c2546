"""The filter bars above the lists. What cannot be understood is left out, never an error page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import ModelChoiceField

from contacts import search
from contacts.forms.record import full_name, team
from contacts.models import Company, Contact, Deal, Tag
from contacts.paging import Near

CURRENT, ARCHIVED, ALL = "", "archived", "all"


class WordsField(forms.CharField):
    """Words to search for, made fit for any database."""

    def to_python(self, value: Any) -> str:
        return search.clean(super().to_python(value) or "")


class WordsFilter(django_filters.CharFilter):  # type: ignore[misc]
    field_class = WordsField


class OwnerChoices(ModelChoiceField):  # type: ignore[misc]
    label_from_instance = staticmethod(full_name)


class OwnerFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    field_class = OwnerChoices


class RecordFilters(django_filters.FilterSet):  # type: ignore[misc]
    """`q` searches; archived records are shown only when asked for."""

    find: Callable[[QuerySet[Any], str], QuerySet[Any]]
    shortcut: Callable[[QuerySet[Any], str], Near[Any] | None] = staticmethod(lambda *_: None)
    near: Near[Any] | None = None

    q = WordsFilter(method="search", label="Search")
    owner = OwnerFilter(queryset=lambda request: team(), empty_label="Any owner", label="Owner")
    archived = django_filters.ChoiceFilter(
        method="by_archive",
        label="Archive",
        empty_label="Current",
        choices=[(ARCHIVED, "Archived"), (ALL, "Current and archived")],
    )

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

    @property
    def is_narrowing(self) -> bool:
        """Whether anything was asked for: an empty list then needs other words."""
        return any(self.form.cleaned_data.values())


class ContactFilters(RecordFilters):
    find = staticmethod(search.contacts)
    shortcut = staticmethod(search.near)

    tag = django_filters.ModelChoiceFilter(
        field_name="tags", queryset=Tag.objects.all(), empty_label="Any tag", label="Tag"
    )
    company = WordsFilter(method="by_company", label="Company")

    class Meta:
        model = Contact
        fields = ["q", "tag", "company", "owner", "archived"]

    def by_company(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        named = Company.objects.filter(sort_name__contains=value.casefold())
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
