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
from contacts.models import Tag
from contacts.paging import Near, page

LONGEST = 100
MOST_WORDS = 6
FEWEST_DIGITS = INDEXED = 3
COMMON = 4  # letters that so many names may have that it is worth while to look at NAMES of them
NAMES = 3_000

_PHONE_LIKE = re.compile(r"[\d\s()+./\-–]+")

Sql = tuple[str, list[Any]]

# Where names are sorted: table, id, name. The plus keeps SQLite from going through all names.
_NARROW = {
    "postgresql": ("contacts_words", "contact_id", "sort_name"),
    "sqlite": ("contacts_contact", "id", "+sort_name"),
}


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
    A way to the first of what contacts() finds, in the order of names: sorting ids and names alone
    is many times faster than sorting whole contacts.
    """
    if not _words(query):
        return None
    return Near(rows, lambda place, falling, most: _in_order(query, place, falling, most))


def _in_order(query: str, place: tuple[Any, int] | None, falling: bool, most: int) -> list[int]:
    """The first ids behind a place, by name."""
    words = _words(query)
    elsewhere = fragment(clean(query)) or _tags(words)
    if not elsewhere and max(map(len, words)) <= COMMON:
        found = _ids(*_among_first(words, place, falling, most))
        if len(found) == most:
            return found
    table, pk, name = _NARROW[connection.vendor]
    sql, values = _found(query) or ("", [])
    if connection.vendor == "sqlite":
        sql = f"id IN ({sql})"
    elif elsewhere:
        sql = f"contact_id = ANY (ARRAY({sql}))"
    else:
        sql, values = _have("words", words)
    sql, values = _behind(sql, values, place, falling, (name, pk))
    return _ids(f"SELECT {pk} FROM {table} WHERE {sql} LIMIT %s", [*values, most])


def _among_first(words: list[str], place: tuple[Any, int] | None, falling: bool, most: int) -> Sql:
    """
    Letters that very many names have are soon found by going through the names themselves, and a
    page of them may be complete long before all could be sorted.
    """
    sql, values = _behind("TRUE", [], place, falling, ("sort_name", "id"))
    pk = "rowid" if connection.vendor == "sqlite" else "contact_id"
    have, likes = _have("w.words", words)
    order = "DESC" if falling else "ASC"
    names = f"SELECT id, sort_name FROM contacts_contact WHERE {sql} LIMIT {NAMES}"
    sql = f"SELECT c.id FROM ({names}) c CROSS JOIN contacts_words w WHERE w.{pk} = c.id AND {have}"
    by_name = f"ORDER BY c.sort_name {order}, c.id {order} LIMIT %s"
    return f"{sql} {by_name}", [*values, *likes, most]


def _have(column: str, words: list[str]) -> Sql:
    """That somebody's words are all there. On SQLite it must not start from the index."""
    if connection.vendor == "sqlite":
        return " AND ".join([f"instr({column}, %s)"] * len(words)), [_start(w) for w in words]
    return " AND ".join([f"{column} LIKE %s"] * len(words)), [_like(_start(w)) for w in words]


def _behind(
    sql: str, values: list[Any], place: tuple[Any, int] | None, falling: bool, by: tuple[str, str]
) -> Sql:
    name, pk = by
    way, order = ("<", "DESC") if falling else (">", "ASC")
    if place:
        sql, values = f"{sql} AND ({name}, {pk}) {way} (%s, %s)", [*values, *place]
    return f"{sql} ORDER BY {name} {order}, {pk} {order}", values


def _ids(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [pk for (pk,) in cursor.fetchall()]


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
    words = _words(query)
    if digits := fragment(clean(query)):
        return _with_phone(digits)
    if not words:
        return None
    tags = _tags(words)
    alone = [word for word in words if word not in tags]
    each = [_people(*alone)] if alone else []
    each += [_join(" UNION ", [_people(word), _tagged(ids)]) for word, ids in tags.items()]
    return each[0] if len(each) == 1 else _join(" INTERSECT ", each)


def _people(*words: str) -> Sql:
    """By what they are called, their email and their company: those who have all these words."""
    starts = [_start(word) for word in words]
    if connection.vendor == "sqlite":
        together = " AND ".join(_phrase(start) for start in starts)
        return "SELECT rowid FROM contacts_words WHERE words MATCH %s", [together]
    likes = " AND ".join(["words LIKE %s"] * len(words))
    return f"SELECT contact_id FROM contacts_words WHERE {likes}", [_like(s) for s in starts]


def _companies(word: str) -> Sql:
    if connection.vendor == "sqlite":
        sql = "SELECT rowid FROM contacts_company_words WHERE words MATCH %s"
        return sql, [_phrase(_start(word))]
    return "SELECT id FROM contacts_company WHERE sort_name LIKE %s", [_inside(word)]


def _tags(words: list[str]) -> dict[str, list[int]]:
    """Of each word that is in the names of tags, their ids: one question for all words."""
    wanted = Q()
    for word in words:
        inside = len(word) >= INDEXED
        wanted |= Q(name__icontains=word) if inside else Q(name__istartswith=word)
    found: dict[str, list[int]] = {}
    for pk, name in Tag.objects.filter(wanted).values_list("pk", "name") if words else ():
        for word in words:
            if word in name.casefold():
                found.setdefault(word, []).append(pk)
    return found


def _tagged(tags: list[int]) -> Sql:
    marks = ", ".join(["%s"] * len(tags))
    return f"SELECT contact_id FROM contacts_contact_tags WHERE tag_id IN ({marks})", [*tags]


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
