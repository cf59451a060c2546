"""Texts whose fate is unknown: proof, a person, or waiting; never another send by itself."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from messaging import fence, outbox
from messaging.models import Installation, Message, Status
from messaging.outbox.reconcile import poll, reconcile
from tests.messaging.gateways.server import answer
from tests.messaging.outbox.conftest import accepted

pytestmark = pytest.mark.storage
NOW = timedelta(0)


@pytest.fixture
def unconfirmed(text, server):
    """A text after a 500: nobody knows."""
    message = text()
    server.plays(answer(500))
    outbox.drain(linger=NOW)
    server.received.clear()
    return message


def journal(*entries):
    return answer(200, list(entries))


def test_the_gateways_journal_proves_that_it_was_sent(unconfirmed, server):
    server.plays(
        journal({"id": "7712", "foreign_id": str(unconfirmed.reference), "dlr": "DELIVERED"})
    )

    reconcile()

    unconfirmed.refresh_from_db()
    assert unconfirmed.status == Status.DELIVERED
    assert "GET" in {request.method for request in server.received}


def test_never_seen_three_times_over_ten_minutes_sends_it_after_all(unconfirmed, server):
    start = timezone.now()
    server.plays(journal())
    for minute in (0, 4, 8):
        reconcile(start + timedelta(minutes=minute))
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == Status.UNCONFIRMED

    reconcile(start + timedelta(minutes=11))
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == Status.QUEUED

    server.plays(accepted())
    Message.objects.update(send_after=timezone.now())
    outbox.drain(linger=NOW)
    unconfirmed.refresh_from_db()
    assert (unconfirmed.status, unconfirmed.attempt_no) == (Status.SENT, 2)


def test_a_look_up_that_fails_proves_nothing(unconfirmed, server):
    start = timezone.now()
    server.plays(answer(500))

    for minute in range(0, 40, 5):
        reconcile(start + timedelta(minutes=minute))

    unconfirmed.refresh_from_db()
    assert (unconfirmed.status, unconfirmed.unseen_times) == (Status.UNCONFIRMED, 0)


def test_the_journal_is_read_once_for_many(text, server):
    sent, unseen = [text(f"Sent {n}") for n in range(150)], [text(f"Cut {n}") for n in range(150)]
    Message.objects.update(status=Status.UNCONFIRMED, attempt_no=1)
    entries = [
        {"id": str(n), "foreign_id": str(message.reference), "dlr": "DELIVERED"}
        for n, message in enumerate(sent, 1)
    ]
    server.plays(journal(*entries[:100]), journal(*entries[100:]), journal())

    reconcile()

    statuses = Message.objects.filter(pk__in=[one.pk for one in sent]).values_list("status")
    assert set(statuses) == {(Status.DELIVERED,)}
    assert set(
        Message.objects.filter(pk__in=[one.pk for one in unseen]).values_list(
            "status", "unseen_times"
        )
    ) == {(Status.UNCONFIRMED, 1)}
    assert [request.method for request in server.received] == ["GET"] * 3


def test_a_journal_that_breaks_off_tells_what_it_told_and_nothing_of_the_rest(text, server):
    messages = [text(f"Text {n}") for n in range(5)]
    Message.objects.update(status=Status.UNCONFIRMED, attempt_no=1)
    found = {"id": "7", "foreign_id": str(messages[0].reference), "dlr": "DELIVERED"}
    server.plays(journal(found), answer(500))

    reconcile()

    rows = Message.objects.order_by("pk").values_list("status", "unseen_times")
    assert list(rows) == [(Status.DELIVERED, 0), *[(Status.UNCONFIRMED, 0)] * 4]


def test_a_person_may_send_it_anyway_and_that_is_written_down(unconfirmed, server, alice):
    assert outbox.send_anyway(unconfirmed, alice)
    assert not outbox.send_anyway(unconfirmed, alice)

    unconfirmed.refresh_from_db()
    assert unconfirmed.status == Status.QUEUED
    assert LogEntry.objects.get(user=alice).object_id == str(unconfirmed.pk)


def test_a_person_may_say_that_it_arrived(unconfirmed, alice, carol):
    assert outbox.mark_arrived(unconfirmed, alice)

    unconfirmed.refresh_from_db()
    carol.refresh_from_db()
    assert (unconfirmed.status, carol.texts_sent) == (Status.SENT, 1)


def test_a_restored_database_sends_nothing_until_it_is_unlocked(text, server, settings, tmp_path):
    settings.FENCE_FILE = str(tmp_path / "instance.json")
    fence.unlock()
    fence.advance()
    backup = Installation.objects.get()
    fence.advance()
    Installation.objects.update(epoch=backup.epoch)
    text()

    outbox.drain(linger=NOW)
    assert (fence.is_locked(), server.received) == (True, [])

    fence.unlock()
    outbox.drain(linger=NOW)
    assert len(server.received) == 1


def test_a_copy_on_another_machine_is_locked(text, server, settings, tmp_path):
    settings.FENCE_FILE = str(tmp_path / "here.json")
    fence.unlock()
    settings.FENCE_FILE = str(tmp_path / "elsewhere.json")
    text()

    outbox.drain(linger=NOW)

    assert server.received == []


def test_a_text_nobody_reported_on_is_asked_about(text, server):
    message = text()
    outbox.drain(linger=NOW)
    entry = {"id": "77229135982", "foreign_id": str(message.reference), "dlr": "DELIVERED"}
    server.plays(journal(entry))

    poll(timezone.now() + timedelta(minutes=1))
    message.refresh_from_db()
    assert message.status == Status.SENT

    poll(timezone.now() + timedelta(minutes=6))
    message.refresh_from_db()
    assert message.status == Status.DELIVERED


def test_a_text_the_journal_does_not_know_stays_sent(text, server):
    message = text()
    outbox.drain(linger=NOW)
    server.plays(journal())

    for hour in range(1, 20):
        poll(timezone.now() + timedelta(hours=hour))

    message.refresh_from_db()
    assert (message.status, message.unseen_times) == (Status.SENT, 0)
