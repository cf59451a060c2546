"""
What the search box finds: names, companies, emails, tags, or any fragment of a phone.

Every word must be found somewhere; a query of digits and punctuation is a phone fragment.
Names are compared case-folded, which SQLite's own LIKE does for English letters only.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet

from contacts import phones
from contacts.models import Company, Contact, Phone

LONGEST = 100
MOST_WORDS = 6
FEWEST_DIGITS = 2

_PHONE_LIKE = re.compile(r"[\d\s()+./\-–]+")


def clean(query: str) -> str:
    """The query as a database takes it: no NUL, no lone surrogates, at most 100 characters."""
    words = query.replace("\x00", " ").encode("utf-8", "replace").decode()
    return " ".join(words[: LONGEST * 2].split())[:LONGEST]


def contacts(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these contacts that the query finds; all of them for an empty one."""
    found = Q()
    for word in _words(query):
        found &= _person(word)
    if digits := fragment(clean(query)):
        found |= Q(pk__in=_with_phone(digits))
    return rows.filter(found)


def companies(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these companies whose name, website or main contact the query finds."""
    for word in _words(query):
        rows = rows.filter(
            Q(sort_name__contains=word)
            | Q(website__icontains=word)
            | Q(main_contact__in=_named(Contact, word))
        )
    return rows


def deals(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these deals whose title, contact or company the query finds."""
    for word in _words(query):
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(contact__in=_named(Contact, word))
            | Q(company__in=_named(Company, word))
        )
    return rows


def fragment(query: str) -> str:
    """The digits to look for in phones, or "" if this is no piece of one."""
    digits = phones.digits(query) if _PHONE_LIKE.fullmatch(query) else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""


def _with_phone(digits: str) -> QuerySet[Any]:
    return Phone.objects.filter(e164__contains=digits).values("contact")


def _words(query: str) -> list[str]:
    return clean(query).casefold().split()[:MOST_WORDS]


def _person(word: str) -> Q:
    return (
        Q(sort_name__contains=word)
        | Q(email__icontains=word)
        | Q(company__in=_named(Company, word))
        | Q(pk__in=Contact.tags.through.objects.filter(tag__name__icontains=word).values("contact"))
    )


def _named(model: type[Contact] | type[Company], word: str) -> QuerySet[Any]:
    return model.objects.filter(sort_name__contains=word).values("pk")
