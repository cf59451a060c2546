"""
What the search box finds: names, companies, emails, tags, or any fragment of a phone.

Every word must be found somewhere; a query of digits and punctuation is a phone fragment.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from contacts import search_order, search_sql
from contacts.paging import Near, page
from contacts.search_sql import Found, clean, fragment

__all__ = ["clean", "companies", "contacts", "deals", "first", "fragment", "near"]


def contacts(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these contacts that the query finds; all of them for an empty one."""
    return _among(rows, search_sql.found(query))


def first(rows: QuerySet[Any], query: str, most: int) -> list[Any]:
    """The first of these contacts, by name, that the query finds."""
    found = search_sql.found(query)
    return page(_among(rows, found), "sort_name", size=most, near=_near(rows, found)).items


def near(rows: QuerySet[Any], query: str) -> Near[Any] | None:
    """A way to the first of what contacts() finds, in the order of names."""
    return _near(rows, search_sql.found(query))


def _among(rows: QuerySet[Any], found: Found | None) -> QuerySet[Any]:
    return rows.filter(pk__in=search_sql.raw(found.sql, found.values)) if found else rows


def _near(rows: QuerySet[Any], found: Found | None) -> Near[Any] | None:
    if not found:
        return None
    return Near(rows, lambda *wanted: search_order.first(found, search_order.Wanted(*wanted)))


def companies(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these companies whose name, website or main contact the query finds."""
    for word in search_sql.words_of(query):
        rows = rows.filter(
            Q(pk__in=search_sql.raw(*search_sql.companies(word)))
            | Q(website__icontains=word)
            | Q(main_contact__in=search_sql.raw(*search_sql.people(word)))
        )
    return rows


def deals(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these deals whose title, contact or company the query finds."""
    for word in search_sql.words_of(query):
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(contact__in=search_sql.raw(*search_sql.people(word)))
            | Q(company__in=search_sql.raw(*search_sql.companies(word)))
        )
    return rows
