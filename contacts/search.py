"""
What the search box finds: names, companies, emails, tags, or any fragment of a phone.

Every word must be found somewhere; a query of digits and punctuation is a phone fragment. Three
letters or digits are looked up wherever they stand, by an index (contacts.words); one or two only
where a word begins. Names are compared case-folded, which SQLite's own LIKE does for English only.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from contacts import phones
from contacts.paging import Near, page

LONGEST = 100
MOST_WORDS = 6
FEWEST_DIGITS = INDEXED = 3

_PHONE_LIKE = re.compile(r"[\d\s()+./\-–]+")

Sql = tuple[str, list[Any]]


def clean(query: str) -> str:
    """The query as a database takes it: no NUL, no lone surrogates, at most 100 characters."""
    words = query.replace("\x00", " ").encode("utf-8", "replace").decode()
    return " ".join(words[: LONGEST * 2].split())[:LONGEST]


def contacts(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these contacts that the query finds; all of them for an empty one."""
    found = _found(query)
    return rows.filter(pk__in=_raw(found)) if found else rows


def first(rows: QuerySet[Any], query: str, most: int) -> list[Any]:
    """The first of these contacts, by name, that the query finds."""
    return page(contacts(rows, query), "sort_name", size=most, near=near(rows, query)).items


def near(rows: QuerySet[Any], query: str) -> Near[Any] | None:
    """
    A way to the first of what contacts() finds, in the order of names. PostgreSQL sorts on the
    narrow table many times faster than it fetches whole contacts; SQLite needs no such help.
    """
    if connection.vendor != "postgresql" or not _words(query):
        return None
    return Near(rows, lambda place, falling, most: _in_order(query, place, falling, most))


def _in_order(query: str, place: tuple[Any, int] | None, falling: bool, most: int) -> list[int]:
    sql, values = _on_narrow(query)
    way, order = ("<", "DESC") if falling else (">", "ASC")
    if place:
        sql, values = f"{sql} AND (sort_name, contact_id) {way} (%s, %s)", [*values, *place]
    sql = f"{sql} ORDER BY sort_name {order}, contact_id {order} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT contact_id FROM contacts_words WHERE {sql}", [*values, most])
        return [pk for (pk,) in cursor.fetchall()]


def _on_narrow(query: str) -> Sql:
    """A condition on contacts_words: by its own letters alone, if nothing else can be meant."""
    if digits := fragment(clean(query)):
        sql, values = _with_phone(digits)
        return f"contact_id IN ({sql})", values
    sql, values = _union([_tags(word) for word in _words(query)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({sql})", values)
        (is_tag,) = cursor.fetchone()
    found = _found(query)
    if found and is_tag:
        return f"contact_id IN (SELECT unnest(ARRAY({found[0]})))", found[1]
    likes = [_like(_start(word)) for word in _words(query)]
    return " AND ".join(["words LIKE %s"] * len(likes)), likes


def companies(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these companies whose name, website or main contact the query finds."""
    for word in _words(query):
        rows = rows.filter(
            Q(pk__in=_raw(_companies(word)))
            | Q(website__icontains=word)
            | Q(main_contact__in=_raw(_people(word)))
        )
    return rows


def deals(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of these deals whose title, contact or company the query finds."""
    for word in _words(query):
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(contact__in=_raw(_people(word)))
            | Q(company__in=_raw(_companies(word)))
        )
    return rows


def fragment(query: str) -> str:
    """The digits to look for in phones, or "" if this is no piece of one."""
    digits = phones.digits(query) if _PHONE_LIKE.fullmatch(query) else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""


def _words(query: str) -> list[str]:
    return clean(query).casefold().split()[:MOST_WORDS]


def _found(query: str) -> Sql | None:
    """The ids of the contacts a query finds, or None if it asks for nothing."""
    each = [_union([_people(word), _tagged(word)]) for word in _words(query)]
    if not each:
        return None
    digits = fragment(clean(query))
    return _with_phone(digits) if digits else _join(" INTERSECT ", each)


def _people(word: str) -> Sql:
    """By what they are called, their email and their company."""
    if connection.vendor == "sqlite":
        return "SELECT rowid FROM contacts_words WHERE words MATCH %s", [_phrase(_start(word))]
    return "SELECT contact_id FROM contacts_words WHERE words LIKE %s", [_like(_start(word))]


def _companies(word: str) -> Sql:
    if connection.vendor == "sqlite":
        sql = "SELECT rowid FROM contacts_company_words WHERE words MATCH %s"
        return sql, [_phrase(_start(word))]
    return "SELECT id FROM contacts_company WHERE sort_name LIKE %s", [_inside(word)]


def _tags(word: str) -> Sql:
    like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    return f"SELECT id FROM contacts_tag WHERE name {like} %s ESCAPE '\\'", [_inside(word)]


def _tagged(word: str) -> Sql:
    sql, values = _tags(word)
    return f"SELECT contact_id FROM contacts_contact_tags WHERE tag_id IN ({sql})", values


def _with_phone(digits: str) -> Sql:
    if connection.vendor == "sqlite":
        return "SELECT contact_id FROM contacts_digits WHERE digits MATCH %s", [_phrase(digits)]
    return "SELECT contact_id FROM contacts_phone WHERE e164 LIKE %s", [_like(digits)]


def _start(word: str) -> str:
    """One or two letters stand where a word begins; spaces make them three (contacts.words)."""
    return " " * (INDEXED - len(word)) + word


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _like(text: str) -> str:
    return f"%{_escaped(text)}%"


def _inside(word: str) -> str:
    return _like(word) if len(word) >= INDEXED else f"{_escaped(word)}%"


def _union(parts: list[Sql]) -> Sql:
    return _join(" UNION ", parts)


def _join(how: str, parts: list[Sql]) -> Sql:
    sql = how.join(f"SELECT * FROM ({part}) AS t{n}" for n, (part, _) in enumerate(parts))
    return sql, [value for _, values in parts for value in values]


def _raw(found: Sql) -> RawSQL:
    """
    As the right side of IN. PostgreSQL is made to find them first: it would rather go through
    all contacts in the order of the list, which for a name late in the alphabet takes seconds.
    """
    sql, values = found
    if connection.vendor == "postgresql":
        sql = f"SELECT unnest(ARRAY({sql}))"
    return RawSQL(sql, values)
