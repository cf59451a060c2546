"""What became of a text, for each way a gateway can answer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from messaging import caps, outbox, wire
from messaging.models import DailyUse, GatewayState, Message, Number, Origin, Recipient, Status
from messaging.outbox.claim import LEASE, claim
from messaging.outbox.deliver import deliver
from messaging.outbox.record import record
from tests.messaging.gateways.server import answer, hang, reset
from tests.messaging.outbox.conftest import accepted

pytestmark = pytest.mark.storage
NOW = timedelta(0)


def test_an_accepted_text_is_sent_once_with_what_the_gateway_said(text, server, carol):
    message = text()

    assert outbox.drain(linger=NOW) == 1
    assert outbox.drain(linger=NOW) == 0

    message.refresh_from_db()
    carol.refresh_from_db()
    assert (message.status, message.external_id, message.attempt_no) == ("sent", "77229135982", 1)
    assert (message.lease_until, float(message.price)) == (None, 0.075)
    assert len(server.received) == 1
    assert (carol.texts_sent, carol.last_texted_at) == (1, message.sent_at)


@pytest.mark.parametrize(
    ("act", "status", "reason"),
    [
        (answer(200, "202"), "failed", "invalid_number"),
        (answer(200, "402"), "unconfirmed", "duplicate"),
        (answer(500, "oops"), "unconfirmed", "gateway_error"),
        (answer(302, "", Location="http://127.0.0.1:1/"), "unconfirmed", "gateway_error"),
        (answer(200, "<html>"), "unconfirmed", "unreadable_answer"),
        (reset, "unconfirmed", "connection_lost"),
    ],
)
def test_what_a_gateway_answers_decides_and_nothing_is_posted_twice(
    text, server, act, status, reason
):
    message = text()
    server.plays(act)

    outbox.drain(linger=NOW)
    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert (message.status, message.reason) == (status, reason)
    assert len(server.received) == 1


def test_a_gateway_that_cannot_be_reached_is_tried_again_later(text, server):
    message = text()
    server.stop()

    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert (message.status, message.tries) == ("queued", 1)
    assert timedelta(seconds=10) < message.send_after - timezone.now() < timedelta(seconds=20)
    assert message.attempts.get().outcome == "not_sent"


def test_after_eight_tries_it_fails(text, server):
    message = text()
    Message.objects.update(tries=7)
    server.stop()

    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert (message.status, message.reason) == ("failed", "unreachable")


def test_an_account_error_pauses_the_gateway_and_keeps_the_texts(text, server):
    messages = [text(f"Text {n}") for n in range(3)]
    server.plays(answer(200, "900"))

    outbox.drain(linger=NOW)
    asked = len(server.received)
    outbox.drain(linger=NOW)

    assert set(Message.objects.values_list("status", "tries")) == {("queued", 0)}
    assert GatewayState.objects.get(pk="seven").paused_at
    assert len(server.received) == asked

    server.plays(accepted())
    outbox.resume("seven")
    outbox.drain(linger=NOW)

    assert Message.objects.filter(status="sent").count() == len(messages)


def test_a_throttled_text_waits_as_long_as_it_is_told_and_that_is_no_try(text, server):
    message = text()
    server.plays(answer(429, "", Retry_After="90"))

    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert (message.status, message.tries) == ("queued", 0)
    assert timedelta(seconds=80) < message.send_after - timezone.now() < timedelta(seconds=91)


def test_a_slow_gateway_holds_up_nobody_elses_texts(text, server, settings):
    settings.DEMO = True
    other = Number.objects.create(address="+12125550102", label="Office", gateway="simulator")
    slow = text()
    quick = text(number=other)
    server.plays(hang)
    claims = claim("seven", 1)

    outbox.drain(linger=NOW)

    quick.refresh_from_db()
    slow.refresh_from_db()
    assert (quick.status, slow.status, len(claims)) == ("sent", "sending", 1)


def test_an_expired_lease_is_unconfirmed_and_never_queued_again(text, server):
    message = text()
    claim("seven", 10)

    outbox.sweep(timezone.now() + LEASE + timedelta(seconds=1))
    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert message.status == Status.UNCONFIRMED
    assert {request.method for request in server.received} <= {"GET"}  # it was only asked about


def test_an_owner_that_slept_through_its_lease_does_not_post_and_uses_up_no_try(
    text, server, sales
):
    message = text()
    (one,) = claim("seven", 10)
    stale = replace(one, lease_until=timezone.now() + timedelta(seconds=5))

    result = deliver(stale, wire.build("seven"))
    record([result])

    message.refresh_from_db()
    assert result.error.reason == "lease_too_short"
    assert server.received == []
    assert (message.status, message.tries, message.attempt_no) == (Status.QUEUED, 0, 1)
    assert message.send_after <= timezone.now()
    assert not GatewayState.objects.filter(failures__gt=0).exists()
    assert caps.used_today(sales) == 0


def test_somebody_who_opted_out_after_queueing_is_not_texted(text, server):
    message = text()
    Recipient.objects.filter(pk=message.phone).update(opted_out_at=timezone.now())

    outbox.drain(linger=NOW)

    message.refresh_from_db()
    assert (message.status, message.reason) == ("failed", "opted_out")
    assert server.received == []


def test_over_the_daily_limit_texts_wait_for_the_numbers_next_day(text, server, sales):
    Number.objects.update(daily_limit=2, time_zone="Pacific/Auckland")
    for n in range(5):
        text(f"Text {n}")

    outbox.drain(linger=NOW)

    sales.refresh_from_db()
    waiting = Message.objects.filter(status="queued", reason="daily_limit")
    assert (len(server.received), waiting.count()) == (2, 3)
    assert {m.send_after for m in waiting} == {caps.tomorrow(sales, timezone.now())}
    assert DailyUse.objects.get().used == 2


def test_numbers_take_turns(text, sales):
    other = Number.objects.create(address="+12125550102", label="Office", gateway="seven")
    for n in range(6):
        text(f"Text {n}")
    last = text(number=other)

    claims = claim("seven", 4)

    assert last.pk in {one.message_id for one in claims}


def test_a_cancelled_text_stays_here(text, server):
    message = text(send_after=timezone.now() + timedelta(hours=1))

    assert outbox.cancel(message)
    assert not outbox.cancel(message)

    Message.objects.update(send_after=timezone.now())
    outbox.drain(linger=NOW)
    assert server.received == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("  ", "no words"),
        ("a" * 5000, "too long"),
        ("я" * 671, "too long: 11 SMS"),
    ],
)
def test_what_can_never_be_sent_is_refused_in_plain_words(text, words, why):
    with pytest.raises(outbox.CannotSend, match=why):
        text(words)

    assert not Message.objects.exists()


def test_without_a_number_of_ours_nothing_can_be_sent(carol):
    with pytest.raises(outbox.CannotSend, match="no number to send from"):
        outbox.enqueue(text="Hi", phone="+12125550123", number=None, origin=Origin.QUICK)


def test_send_again_is_a_new_text_linked_to_the_old(text, server, bob):
    failed = text()
    server.plays(answer(200, "202"), accepted())
    outbox.drain(linger=NOW)
    failed.refresh_from_db()

    again = outbox.send_again(failed, author=bob)
    outbox.drain(linger=NOW)

    again.refresh_from_db()
    assert (again.status, again.retry_of, again.author) == ("sent", failed, bob)
    with pytest.raises(outbox.CannotSend, match="again already"):
        outbox.send_again(failed, author=bob)


def test_a_refusal_leaves_the_callers_transaction_whole(text, carol):
    with transaction.atomic():
        with pytest.raises(outbox.CannotSend):
            text("  ")
        carol.first_name = "Caroline"
        carol.save()

    carol.refresh_from_db()
    assert carol.first_name == "Caroline"


def test_a_drain_whose_time_is_over_calls_the_next_one(text, server, monkeypatch):
    rings = []
    text()
    monkeypatch.setattr("messaging.queue.ring", lambda: rings.append(1))

    outbox.drain(seconds=0, linger=NOW)
    assert rings == [1]

    outbox.drain(linger=NOW)
    assert (rings, len(server.received)) == ([1], 1)
