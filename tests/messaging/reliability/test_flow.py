"""What must not stop the flow: a busy database, a silent gateway, a doorbell rung too often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signals import post_spawn

from messaging import outbox, rollups
from messaging.models import GatewayState, Message, Status
from messaging.outbox import claim as claim_module
from messaging.outbox import reconcile
from messaging.outbox.claim import LEASE, claim
from messaging.outbox.drain import _wait_for_due, time
from tests.messaging.gateways.server import answer

pytestmark = pytest.mark.storage
NOW = timedelta(0)


@pytest.fixture
def busy(monkeypatch):
    """The database fails so many times in the middle of writing down what became of a batch."""

    def times(failures):
        left = iter(range(failures))
        count_sent = rollups.count_sent

        def count(at, contact_ids):
            if next(left, None) is not None:
                raise OperationalError("deadlock detected")
            count_sent(at, contact_ids)

        monkeypatch.setattr(rollups, "count_sent", count)

    return times


def test_a_result_that_lost_a_deadlock_is_written_down_at_the_next_try(text, server, busy, carol):
    message = text()
    busy(2)

    outbox.drain(linger=NOW)

    message.refresh_from_db()
    carol.refresh_from_db()
    assert (message.status, carol.texts_sent, len(server.received)) == ("sent", 1, 1)


def test_a_drain_that_cannot_write_ends_and_its_text_becomes_unconfirmed(text, server, busy):
    message = text()
    busy(1000)

    with pytest.raises(OperationalError):
        outbox.drain(linger=NOW)
    outbox.sweep(timezone.now() + LEASE + timedelta(seconds=1))
    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert message.status == Status.UNCONFIRMED
    assert [request.method for request in server.received].count("POST") == 1


def test_many_texts_ring_twice_at_most_while_nobody_answers(text):
    for n in range(10):
        text(f"Text {n}")

    assert OrmQ.objects.count() == 2


def test_a_worker_that_starts_looks_for_what_waits(transactional_db):
    post_spawn.send(sender="django_q", proc_name="Process-0123456789abcdef")

    assert OrmQ.objects.count() == 1


def test_a_silent_gateway_does_not_hold_up_the_sweep(text, server, monkeypatch):
    for n in range(3):
        text(f"Text {n}")
    server.plays(answer(500))
    outbox.drain(linger=NOW)
    monkeypatch.setattr(reconcile, "LONGEST", -1.0)

    server.received.clear()
    asked = []
    for _ in range(4):
        reconcile.reconcile()
        asked.append(len(server.received))

    assert asked == [1, 2, 3, 3]


def test_waiting_for_what_a_resting_gateway_holds_back_is_not_spinning(text, server, monkeypatch):
    text()
    text(send_after=timezone.now() + timedelta(seconds=5))
    GatewayState.objects.create(pk="seven", resting_until=timezone.now() + timedelta(minutes=1))
    naps = []
    monkeypatch.setattr(time, "sleep", naps.append)

    assert claim("seven", 10) == []
    assert _wait_for_due(timedelta(seconds=8))

    assert naps


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite claims one after the other")
@pytest.mark.django_db(transaction=True)
def test_a_text_taken_back_between_our_look_and_our_lock_uses_up_nothing(text, sales, monkeypatch):
    sales.daily_limit = 1
    sales.save()
    taken_back, other = text("First"), text("Second")
    slow = "WHERE (SELECT pg_sleep(0.5)) IS NOT NULL AND message.status"
    monkeypatch.setattr(
        claim_module, "_CANDIDATES", claim_module._CANDIDATES.replace("WHERE message.status", slow)
    )

    with ThreadPoolExecutor(1) as pool:
        pool.submit(take_back_soon, taken_back)
        claims = claim("seven", 10)

    assert [one.message_id for one in claims] == [other.pk]
    assert not Message.objects.filter(reason="daily_limit").exists()


def take_back_soon(message):
    time.sleep(0.2)
    outbox.cancel(message)
    connection.close()
