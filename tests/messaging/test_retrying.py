"""“Retry” of a large broadcast: a click, then a worker, a few hundred at a time, by an index."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts import privacy
from contacts.models import Contact, Phone, Tag
from messaging import broadcasts, outbox
from messaging.broadcasts import prepare, queueing, retrying
from messaging.broadcasts.queueing import queue_chunk
from messaging.models import Broadcast, BroadcastRecipient, Message, Number, Status

pytestmark = pytest.mark.storage
Sent = Callable[..., Broadcast]
NEVER_AGAIN = (Status.DELIVERED, Status.UNCONFIRMED, Status.SENT, Status.CANCELLED)


def people(count: int) -> Tag:
    """So many contacts with this tag; their phones end with 0000, 0001 and so on."""
    tag = Tag.objects.create(name=f"T{count}")
    rows = Contact.objects.bulk_create(Contact(first_name=f"P{n}") for n in range(count))
    Phone.objects.bulk_create(
        Phone(contact=row, e164=f"+1212{5550000 + n:07}", is_primary=True)
        for n, row in enumerate(rows)
    )
    tags = Contact.tags.through
    tags.objects.bulk_create(tags(contact=row, tag=tag) for row in rows)
    return tag


@pytest.fixture
def sent(alice: User, number: Number) -> Sent:
    """To so many, all of them delivered but each `nth`, which failed."""

    def made(count: int, nth: int, status: Status = Status.FAILED) -> Broadcast:
        now = timezone.now()
        row = Broadcast.objects.create(name="M", text="Hi", author=alice)
        row.tags.add(people(count))
        broadcasts.work()
        row.refresh_from_db()
        broadcasts.start(row, send_at=None, is_local=False, by=alice)
        broadcasts.work()
        theirs = Message.objects.filter(pk__in=row.recipients.values("message"))
        theirs.update(status=Status.DELIVERED, sent_at=now, settled_at=now)
        chosen = list(theirs.order_by("pk").values_list("pk", flat=True))[::nth]
        Message.objects.filter(pk__in=chosen).update(status=status)
        row.refresh_from_db()
        assert row.state == Broadcast.State.QUEUED
        return row

    return made


def explained(sql: str) -> str:
    """How the database goes about it: a query as CaptureQueriesContext tells it."""
    start = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{start} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def again() -> int:
    return Message.objects.filter(retry_of__isnull=False).count()


def test_the_click_takes_as_many_queries_however_large_it_is(sent: Sent) -> None:
    small, large = sent(40, 2), sent(1_400, 2)

    with CaptureQueriesContext(connection) as few:
        assert broadcasts.retry_failed(small)
    with CaptureQueriesContext(connection) as many:
        assert broadcasts.retry_failed(large)

    assert len(many) <= len(few) < 8
    assert (large.state, again()) == (Broadcast.State.QUEUEING, 0)


def test_a_worker_retries_a_few_hundred_at_a_time(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "CHUNK", 100)
    row = sent(1_200, 4)  # 300 failed
    broadcasts.retry_failed(row)
    sizes, asked = [], []

    more = True
    while more:
        before = again()
        with CaptureQueriesContext(connection) as queries:
            more = queue_chunk(row.pk)
        sizes.append(again() - before)
        asked.append(len(queries))

    row.refresh_from_db()
    assert sizes == [100, 100, 100, 0]
    assert max(asked) < 40
    assert len(set(asked[:2])) == 1
    assert (row.state, row.retrying) == (Broadcast.State.QUEUED, None)
    assert not row.recipients.missed().exists()
    assert Message.objects.count() == 1_500


@pytest.mark.parametrize("status", NEVER_AGAIN)
def test_what_arrived_or_may_have_is_never_retried(sent: Sent, status: Status) -> None:
    row = sent(12, 3, status)

    assert not broadcasts.retry_failed(row)
    row.recipients.update(missed=True)  # as if that were not noted yet
    Broadcast.objects.filter(pk=row.pk).update(state=Broadcast.State.QUEUEING, retrying=0)
    broadcasts.work()

    assert again() == 0


def test_what_arrives_or_is_sent_again_after_the_click_is_not_retried(
    sent: Sent, alice: User
) -> None:
    row = sent(12, 3, Status.UNDELIVERED)  # 4
    broadcasts.retry_failed(row)
    late, by_hand, *_ = Message.objects.filter(status=Status.UNDELIVERED).order_by("pk")
    Message.objects.filter(pk=late.pk).update(status=Status.DELIVERED)
    outbox.send_again(by_hand, author=alice)

    broadcasts.work()

    assert again() == 3
    assert late.retries.count() == 0
    assert by_hand.retries.count() == 1


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "CHUNK", 10)
    row = sent(60, 2)  # 30 failed
    broadcasts.retry_failed(row)
    show, calls = queueing.show, []

    def dies_in_the_second(stored: Any) -> None:
        calls.append(1)
        show(stored)
        if len(calls) == 2:
            raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(queueing, "show", dies_in_the_second)
        with pytest.raises(SystemExit):
            broadcasts.work()
    assert again() == 10

    broadcasts.work()

    assert again() == Message.objects.filter(status=Status.QUEUED).count() == 30
    assert Message.objects.exclude(retry_of=None).values("retry_of").distinct().count() == 30


REFUSING = {
    "sqlite": """CREATE TRIGGER refusing BEFORE INSERT ON messaging_message
        WHEN NEW.phone = '+12125550004' BEGIN SELECT RAISE(ABORT, 'not this one'); END""",
    "postgresql": """ALTER TABLE messaging_message ADD CONSTRAINT refusing
        CHECK (phone <> '+12125550004') NOT VALID""",
}


def test_one_that_cannot_be_stored_stops_nobody(sent: Sent) -> None:
    row = sent(20, 2)
    connection.check_constraints()  # PostgreSQL alters no table that still has some to check
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])
    broadcasts.retry_failed(row)

    broadcasts.work()

    row.refresh_from_db()
    assert (again(), row.state) == (9, Broadcast.State.QUEUED)
    assert "refused something in it (IntegrityError)" in row.recipients.skipped().get().problem


def test_paused_in_the_middle_it_goes_on_where_it_was(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "CHUNK", 10)
    row = sent(60, 2)
    broadcasts.retry_failed(row)
    queue_chunk(row.pk)
    row.refresh_from_db()

    assert broadcasts.pause(row)
    broadcasts.work()
    held = again()
    assert broadcasts.resume(row)
    broadcasts.work()

    assert (held, again()) == (10, 30)
    assert Message.objects.filter(status=Status.QUEUED, reason="").count() == 30


def test_the_page_lists_them_and_follows_what_becomes_of_each(
    sent: Sent, alices_browser: Client
) -> None:
    row = sent(12, 3)

    def shown() -> list[str]:
        page = alices_browser.get(f"{row.get_absolute_url()}?show=failed").context["page"]
        return [one.phone for one in page.items]

    before = shown()
    Message.objects.filter(phone=before[0]).update(status=Status.DELIVERED)
    Message.objects.filter(phone="+12125550001").update(status=Status.UNDELIVERED)
    row.recipients.filter(phone=before[-1]).delete()
    after = shown()

    assert before == ["+12125550000", "+12125550003", "+12125550006", "+12125550009"]
    assert after == ["+12125550001", "+12125550003", "+12125550006"]


def test_neither_the_tab_nor_the_retry_looks_at_all_recipients(
    sent: Sent, alices_browser: Client
) -> None:
    row = sent(3_000, 1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as asked:
        alices_browser.get(f"{row.get_absolute_url()}?show=failed")
        broadcasts.retry_failed(row)
        broadcasts.work()

    missed = [one["sql"] for one in asked if '"missed"' in one["sql"].partition("WHERE")[2]]
    assert len(missed) == 3  # the tab, the click, the worker
    for sql in missed:
        assert "broadcast_missed" in explained(sql)
    assert again() == 3


def test_a_resume_gives_held_texts_their_time_piece_by_piece(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "CHUNK", 10)
    row = sent(30, 1)
    broadcasts.retry_failed(row)
    broadcasts.work()
    row.refresh_from_db()
    broadcasts.pause(row)
    broadcasts.work()
    assert Message.objects.filter(reason="paused").count() == 30

    broadcasts.resume(row)
    queue_chunk(row.pk)
    row.refresh_from_db()
    released, place = Message.objects.filter(reason="paused").count(), row.releasing
    # a claim that saw it paused holds one of those meanwhile
    first = BroadcastRecipient.objects.order_by("pk")[0]
    Message.objects.filter(pk=first.message_id).update(reason="paused")
    broadcasts.work()

    row.refresh_from_db()
    assert (released, place) == (20, row.recipients.order_by("pk")[9].pk)
    assert not Message.objects.filter(reason="paused").exists()
    assert (row.state, row.releasing) == (Broadcast.State.QUEUED, None)


def test_what_was_missed_before_an_upgrade_is_noted_by_it(sent: Sent) -> None:
    row = sent(12, 3)
    BroadcastRecipient.objects.update(missed=False)
    Broadcast.objects.update(state=Broadcast.State.QUEUEING)

    import_module("messaging.migrations.0034_missed_before").note(apps, None)

    row.refresh_from_db()
    assert row.recipients.missed().count() == 4
    assert row.releasing == 0


def test_whoever_was_erased_is_not_texted_again(sent: Sent, alice: User) -> None:
    row = sent(6, 2)
    gone = row.recipients.missed().order_by("pk").first()
    assert gone
    assert gone.contact
    privacy.erase(gone.contact, by=alice)

    broadcasts.retry_failed(row)
    broadcasts.work()

    row.refresh_from_db()
    gone.refresh_from_db()
    assert (row.state, again()) == (Broadcast.State.QUEUED, 2)
    assert gone.message
    assert gone.message.text == ""


def test_a_text_of_a_broadcast_cannot_vanish(sent: Sent) -> None:
    """Without it, nobody could tell that its recipient was texted."""
    row = sent(2, 1)

    with pytest.raises(ProtectedError):
        Message.objects.filter(pk__in=row.recipients.values("message")).delete()


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_postgresql_learns_of_a_large_audience_at_once(
    monkeypatch: pytest.MonkeyPatch, sent: Sent
) -> None:
    monkeypatch.setattr(prepare, "LARGE", 20)

    def analysed(count: int) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            sent(count, 5)
        return [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]

    assert analysed(19) == []
    assert analysed(60) == [
        "ANALYZE contacts_contact_tags",
        "ANALYZE messaging_broadcastrecipient",
    ]
