"""
Queries whose SQL is written once.

Writing SQL out of a queryset costs several times what the database needs to answer it. Where a
page or a click asks the same small question each time, it asks it through here:

    phones_of = Prepared(lambda contact: Phone.objects.filter(contact_id=contact), int)
    phones_of(12)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.signals import post_init, pre_init

R = TypeVar("R")  # of its rows: models, or tuples where it asks for values
Convert = Callable[[Any], Any]
Argument = int | str | datetime | UUID
_FROM_DB = Model.from_db.__func__  # type: ignore[attr-defined]

# What stands for the n-th argument while the SQL is written: nobody's id, words or birthday.
_MARKS: dict[type[Argument], Callable[[int], Argument]] = {
    int: lambda n: 2_147_400_000 + n,  # also where a column is small
    str: lambda n: f"\ue7a4 argument {n}",
    datetime: lambda n: datetime(1804, 2, 29, tzinfo=UTC) + timedelta(days=n),
    UUID: lambda n: UUID(int=0xE7A4 << 96 | n),
}


class Prepared(Generic[R]):
    """
    A function that answers like the queryset `build` gives, as a list.

    The arguments are never None and nothing that changes the SQL: an argument becomes one
    parameter, as often as `build` uses it. What the queryset joins or prefetches comes along.
    Nothing else of `build` may change from call to call, such as the time it is. Rows that join the
    same row, such as the texts of one author, share one instance of it.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]], *types: type[Argument]) -> None:
        self._build = build
        self._marks = [_MARKS[kind](n) for n, kind in enumerate(types)]
        self._kept = threading.local()

    def __call__(self, *values: Argument) -> list[R]:
        connection = connections[DEFAULT_DB_ALIAS]
        if getattr(self._kept, "connection", None) is not connection:
            self._write(connection)
        if len(values) != len(self._marks):
            raise ValueError(f"{len(self._marks)} arguments are asked for, {len(values)} given.")
        self._kept.values = values
        return list(self._kept.rows._chain())

    def first(self, *values: Argument) -> R | None:
        """Its first row, if there is one: `build` should ask for no more."""
        found = self(*values)
        return found[0] if found else None

    def _write(self, connection: Any) -> None:
        """The SQL for this thread's connection, and a queryset that asks with it."""
        rows: Any = self._build(*self._marks)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = [_place(param, self._marks, connection) for param in params]
        kept = self._kept

        def as_sql(*_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
            pairs = zip(places, params, strict=True)
            return sql, tuple(
                place[1](kept.values[place[0]]) if place else param for place, param in pairs
            )

        compiler.as_sql = as_sql
        rows.query.get_compiler = lambda *_, **__: compiler
        rows.query.chain = lambda *_, **__: rows.query
        if rows._iterable_class is ModelIterable:
            rows._iterable_class = _Sharing
        kept.connection, kept.rows = connection, rows


class _Sharing(ModelIterable):  # type: ignore[type-arg]
    """Rows as models, of which each that is joined is made once."""

    def __iter__(self) -> Iterator[Any]:
        rows: Any = self.queryset
        compiler = rows.query.get_compiler(using=rows.db)
        found = compiler.execute_sql(chunked_fetch=False)
        info, columns = compiler.klass_info, compiler.annotation_col_map
        fields = info["select_fields"]
        start, end = fields[0], fields[-1] + 1
        names = [compiler.select[n][0].target.attname for n in range(start, end)]
        related = get_related_populators(info, compiler.select, rows.db)  # type: ignore[call-arg]
        converters = _converters(compiler)
        joined = [_Joined(one, converters) for one in related]
        make = _maker(info["model"], rows.db, names, converters[start:end])
        for row in chain.from_iterable(found):
            made = make(row[start:end])
            for one in joined:
                one.populate(row, made)
            for name, place in columns.items():
                convert = converters[place]
                setattr(made, name, convert(row[place]) if convert else row[place])
            yield made


class _Joined:
    """A joined relation and what hangs on it: one instance for each row there is of it."""

    def __init__(self, django: Any, converters: list[Convert | None]) -> None:
        self.django = django
        self.known: dict[Any, Any] = {}
        self.columns = slice(django.cols_start, django.cols_end)
        self.pk_place = django.cols_start + django.pk_idx
        self.make = _maker(django.model_cls, django.db, django.init_list, converters[self.columns])
        self.further = [_Joined(one, converters) for one in django.related_populators]

    def populate(self, row: Any, owner: Any) -> None:
        pk = row[self.pk_place]
        made = self.known.get(pk)
        if made is None and pk is not None:
            made = self.known[pk] = self.make(row[self.columns])
            for one in self.further:
                one.populate(row, made)
        self.django.local_setter(owner, made)
        if made is not None:
            self.django.remote_setter(made, owner)


def _converters(compiler: Any) -> list[Convert | None]:
    """
    For each column what makes of the database's value what Python has, where anything has to: for
    whoever makes something of the column, because of what many rows join one alone is made.
    """
    found: list[Convert | None] = [None] * len(compiler.select)
    wanted = compiler.get_converters(column[0] for column in compiler.select)
    for place, (ways, expression) in wanted.items():
        found[place] = _converter(ways, expression, compiler.connection)
    return found


def _converter(ways: Sequence[Any], expression: Any, connection: Any) -> Convert:
    def convert(value: Any) -> Any:
        for way in ways:
            value = way(value, expression, connection)
        return value

    def in_zone(value: Any) -> Any:
        is_bare = isinstance(value, datetime) and value.tzinfo is None
        return value.replace(tzinfo=connection.timezone) if is_bare else convert(value)

    # SQLite's moments are most of what is converted, and need less than Django looks at.
    are_moments = [way.__name__ for way in ways] == ["convert_datetimefield_value"]
    return in_zone if are_moments else convert


def _maker(
    model: type[Model], db: str, names: Sequence[str], converters: Sequence[Convert | None]
) -> Callable[[Sequence[Any]], Any]:
    """
    What `model.from_db` does, without the checks of a constructor that anybody may call: it takes
    most of the time of a page with many rows. Where somebody listens to it or has changed it, it
    is called all the same.
    """
    wanted = [(name, convert) for name, convert in zip(names, converters, strict=True) if convert]
    heard = pre_init.has_listeners(model) or post_init.has_listeners(model)
    own = model.__init__ is not Model.__init__ or model.from_db.__func__ is not _FROM_DB  # type: ignore[attr-defined]

    def make(values: Sequence[Any]) -> Any:
        fields = dict(zip(names, values, strict=True))
        for name, convert in wanted:
            fields[name] = convert(fields[name])
        if heard or own:
            return model.from_db(db, names, [*fields.values()])
        made = model.__new__(model)
        state = made._state = ModelState()
        state.adding, state.db = False, db
        made.__dict__.update(fields)
        return made

    return make


def _place(
    param: Any, marks: list[Argument], connection: Any
) -> tuple[int, Callable[[Any], Any]] | None:
    """Which argument a parameter stands for, and what this database makes of it."""
    ways: list[Callable[[Any], Any]] = [_same]
    if isinstance(param, str):
        ways += [connection.ops.adapt_datetimefield_value, lambda value: value.hex]
    for n, mark in enumerate(marks):
        for way in ways:
            fits = way is _same or isinstance(mark, datetime if way is ways[1] else UUID)
            if fits and param == way(mark):
                return n, way
    return None


def _same(value: Any) -> Any:
    return value
