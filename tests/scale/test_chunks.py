"""
What a worker asks for each few hundred people of a broadcast: hundreds of keys are one parameter.
With one for each, PostgreSQL keeps a plan that it made while a table was small, and compares every
row that came since with each of them: 500 texts took 1.4 s to queue instead of 0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from contacts.importing import writing
from contacts.models import Contact, Deal, Phone
from messaging import broadcasts, consent
from messaging.broadcasts.work import STEPS
from messaging.consent import Kind
from messaging.models import Broadcast, Message, Number, Status
from tests.messaging.test_retrying import people

pytestmark = pytest.mark.django_db(transaction=True)
plans = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps no such plans")
PEOPLE = 60
MOST = 30  # parameters; who somebody is, is asked with fewer
PHONES = 'FROM "contacts_phone"'  # Django's own, by an index that no broadcast lets grow


@contextmanager
def noting() -> Iterator[list[str]]:
    """The statements with more parameters than a statement of a chunk needs."""
    many: list[str] = []

    def note(ask: Callable[..., Any], sql: str, params: Any, *more: Any) -> Any:
        if len(params or ()) > MOST and PHONES not in sql:
            many.append(sql)
        return ask(sql, params, *more)

    with connection.execute_wrapper(note):
        yield many


@pytest.fixture
def written(alice: User, number: Number) -> Broadcast:
    """To sixty people with a deal each and to sixty pasted numbers, who all agreed."""
    pasted = [f"+1213{5550000 + n}" for n in range(PEOPLE)]
    row = Broadcast.objects.create(
        name="M",
        text="Hi {deal.title|there}",
        author=alice,
        only_agreed=True,
        pasted="\n".join(pasted),
    )
    row.tags.add(people(PEOPLE))
    Deal.objects.bulk_create(Deal(title="D", contact=one) for one in Contact.objects.all())
    owned = Phone.objects.values_list("e164", flat=True)
    consent.note_import(dict.fromkeys([*owned, *pasted], "Yes"), kind=Kind.OPTED_IN, user=alice)
    return row


def work(row: Broadcast) -> None:
    broadcasts.work()
    row.refresh_from_db()


@plans
def test_a_chunk_asks_with_one_parameter_for_all_its_people(written: Broadcast) -> None:
    with noting() as many:
        work(written)
        broadcasts.start(written, send_at=None, is_local=False)
        work(written)
        broadcasts.pause(written)
        broadcasts.resume(written)
        work(written)

    assert Message.objects.filter(status=Status.QUEUED, reason="").count() == 2 * PEOPLE
    assert many == []


@plans
def test_so_does_one_that_texts_again_whom_it_missed(written: Broadcast) -> None:
    work(written)
    broadcasts.start(written, send_at=None, is_local=False)
    work(written)
    Message.objects.update(status=Status.FAILED)

    with noting() as many:
        assert broadcasts.retry_failed(written)
        work(written)

    assert Message.objects.filter(status=Status.QUEUED).count() == 2 * PEOPLE
    assert many == []


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_sqlite_keeps_the_indexes_of_a_chunk_in_memory(
    written: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def size() -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute("PRAGMA cache_size").fetchone()[0])

    before, seen = size(), list[int]()
    monkeypatch.setitem(STEPS, Broadcast.State.PREPARING, lambda pk: seen.append(size()))

    broadcasts.work()

    assert (seen, size()) == ([-writing.CACHE_KB], before)
