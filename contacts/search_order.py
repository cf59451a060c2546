"""
What a search finds, in the order of names and a page at a time.

Few are sorted: ids and names alone, which is many times faster than sorting whole contacts. Of very
many, a page is complete long before all could be sorted, so they are looked for name by name; where
their names stand too far behind, they are sorted after all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from contacts import search_sql
from contacts.search_sql import INDEXED, Found, Sql
from contacts.words import INITIALS, MARK

# From how many on it is so: by words, and by digits.
MANY = {"sqlite": (8_000, 4_000), "postgresql": (4_000, 4_000)}
# On PostgreSQL: how many names are looked at first, and then; and what those before the place that
# is found are put in order by: few are gone through, of more all that have the words are sorted.
NAMES = {10_000: "sort_name", 70_000: "(sort_name || '')"}
# On SQLite: letters; sets of names that begin alike; how many found in one are too many to sort.
SHORT, BUCKETS, MANY_IN_BUCKET = 6, 4, 4_000
# For digits: how many names at a time. SQLite finds all that it looks at, PostgreSQL stops in time.
STEPS = {"postgresql": [30_000], "sqlite": [4_000, 4_000, 4_000]}

# Where names are sorted: table, id, name. Neither may go through all names to find a few: the plus
# keeps SQLite from it, the added nothing PostgreSQL.
_NARROW = {
    "postgresql": ("contacts_words", "contact_id", "(sort_name || '')"),
    "sqlite": ("contacts_contact", "id", "+sort_name"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many contacts, behind which place (sort_name, id) or from the beginning, which way."""

    place: tuple[Any, int] | None
    falling: bool
    most: int

    def behind(self, where: Sql, name: str, pk: str) -> Sql:
        """A WHERE and its values, narrowed to what is behind the place, and in order."""
        sql, values = where
        way, order = ("<", "DESC") if self.falling else (">", "ASC")
        if self.place:
            sql, values = f"{sql} AND ({name}, {pk}) {way} (%s, %s)", [*values, *self.place]
        return f"{sql} ORDER BY {name} {order}, {pk} {order}", values


def first(found: Found, wanted: Wanted) -> list[int]:
    """The first ids of them."""
    ids: list[int] = []
    if (found.digits or found.words) and _many(found):
        digits, words = found.digits, found.words
        ids = _with_phone(digits, wanted) if digits else _of_names(words, wanted)
    return ids if len(ids) == wanted.most else _sorted(found, wanted)


def _sorted(found: Found, wanted: Wanted) -> list[int]:
    """By finding all of them."""
    table, pk, name = _NARROW[connection.vendor]
    if connection.vendor == "sqlite":
        where = f"id IN ({found.sql})", found.values
    elif found.words:
        where = search_sql.have(found.words)
    else:
        where = f"contact_id = ANY (ARRAY({found.sql}))", found.values
    sql, values = wanted.behind(where, name, pk)
    return _column(f"SELECT {pk} FROM {table} WHERE {sql} LIMIT %s", [*values, wanted.most])


def _many(found: Found) -> bool:
    """Whether it finds as many: SQLite counts so far, PostgreSQL says what it expects."""
    many = MANY[connection.vendor][bool(found.digits)]
    if connection.vendor == "sqlite":
        if any(len(word) > SHORT for word in found.words):  # counting takes as long as finding
            return False
        return _at_least(many, (found.sql, found.values))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {found.sql}", found.values)
        ((explained,),) = cursor.fetchall()
        return bool(explained[0]["Plan"]["Plan Rows"] >= many)


def _at_least(many: int, some: Sql) -> bool:
    sql, values = some
    return _column(f"SELECT count(*) FROM ({sql} LIMIT %s)", [*values, many]) == [many]


def _of_names(words: tuple[str, ...], wanted: Wanted) -> list[int]:
    """Those of the next names that have these words; fewer than wanted if they are not enough."""
    if connection.vendor == "sqlite":
        return _of_buckets(words, wanted)
    for names, name in NAMES.items():
        if end := _end(words, wanted, names):
            return _before(end, words, wanted, name)
    return []


def _end(words: tuple[str, ...], wanted: Wanted, names: int) -> tuple[str, int] | None:
    """
    PostgreSQL: the place among as many names where enough were met whose very name has these words.
    Its index holds the names, and so this is soon told; others have the words in an email.
    """
    have, likes = search_sql.names_have(words)
    behind, values = wanted.behind(("TRUE", []), "sort_name", "contact_id")
    order = "DESC" if wanted.falling else "ASC"
    sql = (
        f"SELECT sort_name, contact_id FROM (SELECT sort_name, contact_id FROM contacts_words"
        f" WHERE {behind} LIMIT {names}) n WHERE {have}"
        f" ORDER BY sort_name {order}, contact_id {order} OFFSET %s LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *likes, wanted.most - 1])
        place: tuple[str, int] | None = cursor.fetchone()
    return place


def _before(end: tuple[str, int], words: tuple[str, ...], wanted: Wanted, name: str) -> list[int]:
    """The first that have these words, none of them behind that place."""
    way = ">=" if wanted.falling else "<="
    have, likes = search_sql.have(words)
    where = f"{have} AND (sort_name, contact_id) {way} (%s, %s)", [*likes, *end]
    sql, values = wanted.behind(where, name, "contact_id")
    return _column(
        f"SELECT contact_id FROM contacts_words WHERE {sql} LIMIT %s", [*values, wanted.most]
    )


def _of_buckets(words: tuple[str, ...], wanted: Wanted) -> list[int]:
    """The same, among all names with the same initials at a time: the index knows them too."""
    found: list[int] = []
    for initials in _buckets(wanted):
        marked = (MARK + (initials or " "))[-INDEXED:]  # no longer: three letters are one look-up
        sql, phrases = search_sql.people(marked, *words)
        some = _column(f"{sql} LIMIT %s", [*phrases, MANY_IN_BUCKET])
        if len(some) == MANY_IN_BUCKET:  # so many are not sorted, but met one after the other
            among, values, name = sql, phrases, "sort_name"
        else:
            among, values, name = (
                "SELECT value FROM json_each(%s)",
                [json.dumps(some)],
                "+sort_name",
            )
        if some:
            left = wanted.most - len(found)
            found += _in_bucket((among, values), name, initials, wanted, left)
        if len(found) == wanted.most:
            break
    return found


def _in_bucket(some: Sql, name: str, initials: str, wanted: Wanted, most: int) -> list[int]:
    """Those of them whose names begin so; by the order of `name`, which decides how it is done."""
    pk = "+id" if name == "sort_name" else "id"
    among, values = some
    where = f"{pk} IN ({among}) AND {name} BETWEEN %s AND %s"
    ends = [initials, _end_of(initials)]
    sql, values = wanted.behind((where, [*values, *ends]), name, "id")
    return _column(f"SELECT id FROM contacts_contact WHERE {sql} LIMIT %s", [*values, most])


def _buckets(wanted: Wanted) -> Iterator[str]:
    """With which letters the next names begin."""
    initials = _initials("TRUE", [], wanted)
    if wanted.place:
        initials = [str(wanted.place[0])[:INITIALS]]
    for _ in range(BUCKETS):
        if not initials:
            return
        yield initials[0]
        way, end = ("<", initials[0]) if wanted.falling else (">", _end_of(initials[0]))
        initials = _initials(f"sort_name {way} %s", [end], wanted)


def _end_of(initials: str) -> str:
    """Behind the last of the names that begin so; a shorter one begins only itself."""
    return initials + "\U0010ffff" * (len(initials) == INITIALS)


def _initials(where: str, values: list[Any], wanted: Wanted) -> list[str]:
    order = "DESC" if wanted.falling else "ASC"
    sql = f"SELECT substr(sort_name, 1, {INITIALS}) FROM contacts_contact WHERE {where}"
    return _column(f"{sql} ORDER BY sort_name {order}, id {order} LIMIT 1", values)


def _with_phone(digits: str, wanted: Wanted) -> list[int]:
    """Those of the next names that have a phone with these digits; perhaps fewer than wanted."""
    sql, place = wanted.behind(("TRUE", []), "sort_name", "id")
    order = "DESC" if wanted.falling else "ASC"
    has = "SELECT 1 FROM contacts_phone WHERE contact_id = n.id AND e164 LIKE %s LIMIT 1"
    found: list[int] = []
    for n, step in enumerate(steps := STEPS[connection.vendor]):
        names = f"{sql} LIMIT {step} OFFSET {sum(steps[:n])}"
        found += _column(
            f"SELECT n.id FROM (SELECT id, sort_name FROM contacts_contact WHERE {names}) n"
            f" WHERE ({has}) = 1 ORDER BY n.sort_name {order}, n.id {order} LIMIT %s",
            [*place, search_sql.like(digits), wanted.most - len(found)],
        )
        if len(found) == wanted.most:
            break
    return found


def _column(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [value for (value,) in cursor.fetchall()]
