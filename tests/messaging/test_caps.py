"""How much may be sent: by a number and by a user in a day, by all of us in a month."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone

from messaging import caps, outbox
from messaging.models import Message, Number, Origin, Usage
from messaging.outbox.claim import claim
from tests.messaging.gateways.server import answer
from tests.messaging.outbox.conftest import accepted, sales, server, text
from tests.messaging.webhooks import CAROLS, inbound

__all__ = ["sales", "server", "text"]


@pytest.fixture
def queue(carol, number, alice):
    """Queues some texts to Carol."""

    def make(count=1, **more):
        given = {"phone": CAROLS, "number": number, "author": alice, "origin": Origin.FORM}
        given |= {"contact": carol} | more
        return [outbox.enqueue(text=f"Text {n}", **given) for n in range(count)]

    return make


@pytest.fixture
def crowd(transactional_db, queue):
    """Thirty texts by Alice and ten by nobody, to as many phones: what is locked is passed over."""
    for n in range(10, 50):
        queue(1, phone=f"+121255501{n}", **({} if n < 40 else {"author": None}))


def waiting(reason):
    return Message.objects.filter(status="queued", reason=reason)


def test_a_user_sends_no_more_in_a_day_than_allowed(queue, alice, bob, settings):
    settings.USER_DAILY_LIMIT = 3
    settings.TIME_ZONE = "Europe/Berlin"
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    with time_machine.travel(now, tick=False):
        queue(5)
        queue(2, author=bob)
        queue(1, author=None)
        claimed = claim("simulator", 20)

    assert len(claimed) == 3 + 2 + 1
    assert {m.send_after for m in waiting("daily_limit")} == {
        datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    }
    assert {(u.scope, u.used) for u in Usage.objects.all()} == {
        (f"user:{alice.pk}", 3),
        (f"user:{bob.pk}", 2),
    }

    with time_machine.travel(now + timedelta(hours=11, minutes=1), tick=False):
        assert len(claim("simulator", 20)) == 2


def test_all_of_us_send_no_more_in_a_month_than_allowed(queue, bob, settings):
    settings.ORG_MONTHLY_LIMIT = 4

    with time_machine.travel(datetime(2026, 12, 31, 12, 0, tzinfo=UTC), tick=False):
        queue(3)
        queue(3, author=bob)
        claimed = claim("simulator", 20)

    assert len(claimed) == 4
    (until,) = {m.send_after for m in waiting("monthly_limit")}
    assert until == datetime(2027, 1, 1, tzinfo=UTC)
    assert {m.expires_at for m in waiting("monthly_limit")} == {until + timedelta(days=1)}


def test_the_answer_to_stop_does_not_wait_for_next_month(carol, queue, settings, number):
    settings.ORG_MONTHLY_LIMIT = 1
    queue(1)
    claim("simulator", 20)

    inbound("simulator", "STOP")

    (only,) = claim("simulator", 20)
    assert Message.objects.get(pk=only.message_id).is_confirmation
    assert Usage.objects.get(scope="all").used == 2


def test_a_text_that_waits_for_one_allowance_uses_up_no_other(queue, bob, number, settings):
    settings.USER_DAILY_LIMIT = 1
    settings.ORG_MONTHLY_LIMIT = 3
    Number.objects.update(daily_limit=3)
    queue(5)
    queue(1, author=bob)

    claimed = claim("simulator", 20)

    assert len(claimed) == 2
    assert caps.used_today(number) == 2
    assert Usage.objects.get(scope="all").used == 2


def test_those_over_the_limit_keep_nobody_elses_texts_waiting(queue, bob, settings):
    settings.USER_DAILY_LIMIT = 1
    queue(12)
    (wanted,) = queue(1, author=bob)
    claim("simulator", 1)

    claimed = claim("simulator", 3)

    assert [one.message_id for one in claimed] == [wanted.pk]


def test_without_limits_nothing_is_counted_but_the_numbers_own_day(queue, number):
    queue(3)

    claim("simulator", 20)

    assert not Usage.objects.exists()
    assert caps.used_today(number) == 3


@pytest.mark.storage
@pytest.mark.parametrize("act", [answer(429, "", Retry_After="90"), answer(200, "900"), None])
def test_what_surely_did_not_leave_is_given_back(act, text, server, sales, settings):
    settings.USER_DAILY_LIMIT = settings.ORG_MONTHLY_LIMIT = 5
    text()
    server.plays(act) if act else server.stop()

    outbox.drain(linger=timedelta(0))

    assert caps.used_today(sales) == 0
    assert set(Usage.objects.values_list("used", flat=True)) == {0}


@pytest.mark.storage
@pytest.mark.parametrize("act", [accepted(), answer(500, "oops"), answer(200, "202")])
def test_what_left_or_may_have_left_or_was_refused_is_not(act, text, server, sales):
    text()
    server.plays(act)

    outbox.drain(linger=timedelta(0))

    assert caps.used_today(sales) == 1


def test_what_was_claimed_before_midnight_is_given_back_to_that_day(queue, number):
    with time_machine.travel(datetime(2026, 11, 20, 23, 59, tzinfo=UTC), tick=False):
        (message,) = queue(1)
        claim("simulator", 20)
        claimed_at = timezone.now()
    with time_machine.travel(datetime(2026, 11, 21, 0, 1, tzinfo=UTC), tick=False):
        queue(1)
        claim("simulator", 20)

    caps.give_back([message.pk], claimed_at)

    assert caps.used_today(number, claimed_at) == 0
    assert caps.used_today(number, claimed_at + timedelta(minutes=2)) == 1


@pytest.mark.storage
def test_with_eight_claiming_at_once_the_limits_hold_exactly(crowd, for_threads, settings):
    settings.USER_DAILY_LIMIT, settings.ORG_MONTHLY_LIMIT = 17, 23
    claimed, barrier = [], threading.Barrier(8)

    def work():
        try:
            barrier.wait(5)
            for _ in range(6):
                claimed.extend(claim("simulator", 5))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    claimed += claim("simulator", 50)  # what they passed over because another had it locked

    ids = [one.message_id for one in claimed]
    mine = Message.objects.filter(pk__in=ids, author__isnull=False).count()
    assert len(ids) == len(set(ids)) == 23
    assert 13 <= mine <= 17
    assert Usage.objects.get(scope="all").used == 23


@pytest.mark.parametrize(
    ("phone", "allowed", "refused"),
    [
        (CAROLS, [], ""),
        (CAROLS, ["US", "GB"], ""),
        ("+447700900123", ["US", "GB"], ""),
        ("+442079460123", ["US"], "is in GB, and texts go only to US"),
        ("+18765550123", ["US"], "is in JM"),
        ("+999123456789", ["US"], "is in no country we know"),
    ],
)
def test_only_countries_that_are_allowed_are_texted(phone, allowed, refused, number, settings):
    settings.ALLOWED_COUNTRIES = allowed
    given = {"text": "Hi", "phone": phone, "number": number, "origin": Origin.API}

    if not refused:
        assert outbox.enqueue(**given).status == "queued"
        return

    with pytest.raises(outbox.CannotSend, match=refused), transaction.atomic():
        outbox.enqueue(**given)
    assert not Message.objects.exists()
