"""
Which contacts and companies have what somebody typed, as SQL for the database in use.

Three letters or digits are looked up wherever they stand, by an index (contacts.words); one or two
only where a word begins. Names are compared case-folded, which SQLite's own LIKE does for English
only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from contacts import phones
from contacts.models import Tag

LONGEST = 100
MOST_WORDS = 6
FEWEST_DIGITS = INDEXED = 3

_PHONE_LIKE = re.compile(r"[\d\s()+./\-–]+")

Sql = tuple[str, list[Any]]


def clean(query: str) -> str:
    """The query as a database takes it: no NUL, no lone surrogates, at most 100 characters."""
    words = query.replace("\x00", " ").encode("utf-8", "replace").decode()
    return " ".join(words[: LONGEST * 2].split())[:LONGEST]


def fragment(query: str) -> str:
    """The digits to look for in phones, or "" if this is no piece of one."""
    digits = phones.digits(query) if _PHONE_LIKE.fullmatch(query) else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""


def words_of(query: str) -> list[str]:
    """Its words, case-folded: six at most."""
    return clean(query).casefold().split()[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Found:
    """
    The ids of the contacts a query finds, as SQL; and the digits of a phone it found them by, or
    else the words, if it was by what they are called alone.
    """

    sql: str
    values: list[Any]
    digits: str = ""
    words: tuple[str, ...] = ()


def found(query: str) -> Found | None:
    """Who is found, or None if it asks for nothing."""
    words = words_of(query)
    if digits := fragment(clean(query)):
        return Found(*with_phone(digits), digits=digits)
    if not words:
        return None
    tags = tags_with(words)
    if not tags:
        return Found(*people(*words), words=tuple(words))
    alone = [word for word in words if word not in tags]
    each = [people(*alone)] if alone else []
    each += [_join(" UNION ", [people(word), _tagged(ids)]) for word, ids in tags.items()]
    return Found(*(each[0] if len(each) == 1 else _join(" INTERSECT ", each)))


def people(*words: str) -> Sql:
    """By what they are called, their email and their company: those who have all these words."""
    if connection.vendor == "sqlite":
        together = " AND ".join(_phrase(_start(word)) for word in words)
        return "SELECT rowid FROM contacts_words WHERE words MATCH %s", [together]
    sql, likes = have(words)
    return f"SELECT contact_id FROM contacts_words WHERE {sql}", likes


def have(words: Sequence[str]) -> Sql:
    """PostgreSQL: that a row of contacts_words has all these words."""
    return " AND ".join(["words LIKE %s"] * len(words)), [like(_start(word)) for word in words]


def names_have(words: Sequence[str]) -> Sql:
    """PostgreSQL: that a name has all these words, one or two letters where a word begins."""
    likes = [like(" " * (len(word) < INDEXED) + word) for word in words]
    return " AND ".join(["' ' || sort_name LIKE %s"] * len(words)), likes


def companies(word: str) -> Sql:
    """The ids of the companies with this word in their name."""
    if connection.vendor == "sqlite":
        sql = "SELECT rowid FROM contacts_company_words WHERE words MATCH %s"
        return sql, [_phrase(_start(word))]
    return "SELECT id FROM contacts_company WHERE sort_name LIKE %s", [_inside(word)]


def tags_with(words: list[str]) -> dict[str, list[int]]:
    """
    Of each word that is in the names of tags, their ids: one question for all words. One or two
    letters must be the whole name: many people have some tag that only begins with them.
    """
    wanted = Q()
    for word in words:
        wanted |= Q(name__icontains=word) if len(word) >= INDEXED else Q(name__iexact=word)
    found: dict[str, list[int]] = {}
    for pk, name in Tag.objects.filter(wanted).values_list("pk", "name") if words else ():
        tag = name.casefold()
        for word in words:
            if word in tag if len(word) >= INDEXED else word == tag:
                found.setdefault(word, []).append(pk)
    return found


def _tagged(tags: list[int]) -> Sql:
    marks = ", ".join(["%s"] * len(tags))
    return f"SELECT contact_id FROM contacts_contact_tags WHERE tag_id IN ({marks})", [*tags]


def with_phone(digits: str) -> Sql:
    """The ids of the contacts with these digits in a phone, once for each such phone."""
    if connection.vendor == "sqlite":
        return "SELECT contact_id FROM contacts_digits WHERE digits MATCH %s", [_phrase(digits)]
    return "SELECT contact_id FROM contacts_phone WHERE e164 LIKE %s", [like(digits)]


def _start(word: str) -> str:
    """One or two letters stand where a word begins; spaces make them three (contacts.words)."""
    return " " * (INDEXED - len(word)) + word


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def like(text: str) -> str:
    """The pattern that finds this text wherever it stands."""
    return f"%{_escaped(text)}%"


def _inside(word: str) -> str:
    return like(word) if len(word) >= INDEXED else f"{_escaped(word)}%"


def _join(how: str, parts: list[Sql]) -> Sql:
    sql = how.join(f"SELECT * FROM ({part}) AS t{n}" for n, (part, _) in enumerate(parts))
    return sql, [value for _, values in parts for value in values]


def raw(sql: str, values: list[Any]) -> RawSQL:
    """
    As the right side of IN. PostgreSQL is made to find them first: it would rather go through
    all contacts in the order of the list, which for a name late in the alphabet takes seconds.
    """
    if connection.vendor == "postgresql":
        sql = f"SELECT unnest(ARRAY({sql}))"
    return RawSQL(sql, values)
