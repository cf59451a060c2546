"""Texts that share a request: the promise holds for each of them."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from messaging import caps, outbox, queue, reports, wire
from messaging.gateways.base import Receipt, Request
from messaging.models import Attempt, DailyUse, GatewayState, Message, Number, Origin, Recipient
from messaging.outbox.claim import claim
from messaging.outbox.deliver import deliver_together
from messaging.outbox.drain import CLAIMED
from messaging.outbox.reconcile import reconcile
from messaging.outbox.record import record
from tests.messaging.gateways.server import answer, reset

pytestmark = pytest.mark.storage
NOW = timedelta(0)
ACCEPTED = answer(200, {"request_id": "d98", "status": "accepted"})
PHONES = ["+12125550141", "+12125550142", "+12125550143"]


@pytest.fixture
def both(server, settings):
    """Both gateways that carry many, at the same server."""
    seven = settings.GATEWAYS["seven"]
    settings.GATEWAYS = {"seven": seven, "d7": {"token": "t0ken", "base_url": server.url}}
    wire.forget()
    server.plays(ACCEPTED)
    return server


@pytest.fixture
def market(both, transactional_db):
    """A number of ours at D7."""
    return Number.objects.create(address="+12125550102", label="Market", gateway="d7")


@pytest.fixture
def texts(market):
    """Queues a text to each of these phones."""

    def make(*phones, words="Fresh today", number=market, **more):
        given = {"number": number, "origin": Origin.API, **more}
        return [outbox.enqueue(text=words, phone=phone, **given) for phone in phones or PHONES]

    return make


def statuses():
    return dict(Message.objects.values_list("phone", "status"))


def posted(server):
    """The recipients of each request."""
    sent = [request for request in server.received if request.method == "POST"]
    return [
        sorted(to for message in one.json["messages"] for to in message["recipients"])
        for one in sent
    ]


def test_one_request_carries_all_and_each_has_an_attempt_of_its_own(texts, both):
    messages = texts()

    assert outbox.drain(linger=NOW) == 3

    assert posted(both) == [PHONES]
    attempts = Attempt.objects.order_by("message")
    assert [one.message_id for one in attempts] == [message.pk for message in messages]
    assert len({one.batch for one in attempts}) == 1
    assert [phone in one.request for one, phone in zip(attempts, PHONES, strict=True)] == [True] * 3
    rows = set(Message.objects.values_list("status", "external_id", "attempt_no"))
    assert rows == {("sent", "d98", 1)}


def test_a_single_text_is_a_request_of_its_own_with_a_report_address_of_its_own(texts, both):
    (message,) = texts(PHONES[0])

    outbox.drain(linger=NOW)

    common = both.received[0].json["message_globals"]
    assert common["report_url"].endswith(f"?reference={message.reference}")
    assert Attempt.objects.get().batch is None


def test_different_words_share_a_request_and_different_senders_do_not(texts, both):
    other = Number.objects.create(address="+12125550103", label="Other", gateway="d7")
    texts(words="Hi Ida")
    texts("+12125550151", words="Hi Jon")
    texts("+12125550152", "+12125550153", number=other)

    outbox.drain(linger=NOW)

    assert sorted(posted(both)) == [
        [*PHONES, "+12125550151"],
        ["+12125550152", "+12125550153"],
    ]


def test_more_than_a_request_takes_are_several(texts, both, settings):
    settings.GATEWAYS["d7"]["batch"] = 2
    wire.forget()
    texts()

    outbox.drain(linger=NOW)

    assert sorted(map(len, posted(both))) == [1, 2]


def test_nobody_is_twice_in_a_request_so_that_a_report_names_one_text(texts, both):
    texts(*PHONES, words="First")
    texts(*PHONES, words="Second")

    outbox.drain(linger=NOW)

    assert posted(both) == [PHONES, PHONES]


@pytest.mark.parametrize(
    "play", [reset, answer(500), answer(200, "<html>"), answer(302, Location="http://127.0.0.1:1/")]
)
def test_an_unknown_outcome_is_that_of_all_and_none_is_posted_again(texts, both, play):
    texts()
    both.plays(play)

    outbox.drain(linger=NOW)
    outbox.drain(linger=NOW)

    assert set(statuses().values()) == {"unconfirmed"}
    assert len(both.received) == 1


def test_whom_a_refusal_names_fails_and_the_others_leave_without_it(texts, both, market):
    texts()
    where = ["body", "messages", 0, "recipients", 1]
    both.plays(answer(422, {"detail": [{"loc": where, "msg": "Bad"}]}), ACCEPTED)

    outbox.drain(linger=NOW)

    assert statuses() == {PHONES[0]: "sent", PHONES[1]: "failed", PHONES[2]: "sent"}
    assert posted(both) == [PHONES, [PHONES[0], PHONES[2]]]
    assert set(Message.objects.values_list("phone", "attempt_no", "tries")) == {
        (PHONES[0], 2, 0),
        (PHONES[1], 1, 0),
        (PHONES[2], 2, 0),
    }
    assert caps.used_today(market) == 3


def test_where_a_refusal_names_nobody_each_goes_alone(texts, both):
    texts()

    def refuse_the_second(conn, server):
        asked = str(server.received[-1].body)
        play = answer(400, {"detail": {"code": "INVALID_PHONE_NUMBER"}})
        (play if PHONES[1] in asked else ACCEPTED)(conn, server)

    both.plays(refuse_the_second)

    outbox.drain(linger=NOW)

    assert statuses() == {PHONES[0]: "sent", PHONES[1]: "failed", PHONES[2]: "sent"}
    assert sorted(map(len, posted(both))) == [1, 1, 1, 3]
    assert Message.objects.get(status="failed").reason == "invalid_number"


@pytest.mark.parametrize(
    ("play", "paused"), [(answer(402), True), (answer(429, Retry_After="90"), False)]
)
def test_what_is_wrong_with_the_account_or_the_moment_keeps_all_queued(
    texts, both, market, play, paused
):
    texts()
    both.plays(play)

    outbox.drain(linger=NOW)

    assert set(Message.objects.values_list("status", "tries")) == {("queued", 0)}
    assert GatewayState.objects.exclude(paused_at=None).exists() is paused
    assert caps.used_today(market) == 0


def test_a_request_that_cannot_be_made_is_one_failure_of_the_gateway(texts, both):
    texts()
    both.stop()

    outbox.drain(linger=NOW)

    assert set(Message.objects.values_list("status", "tries")) == {("queued", 1)}
    assert GatewayState.objects.get(pk="d7").failures == 1


def test_only_those_whose_lease_is_too_short_stay_behind(texts, both):
    texts()
    carrier = wire.build("d7")
    first, *others = claim("d7", 10, carrier)
    stale = replace(first, lease_until=timezone.now() + timedelta(seconds=5))

    record(deliver_together([stale, *others], carrier))

    assert posted(both) == [PHONES[1:]]
    assert statuses() == {PHONES[0]: "queued", PHONES[1]: "sent", PHONES[2]: "sent"}


def test_without_one_left_whose_lease_lasts_nothing_is_posted(texts, both):
    texts()
    carrier = wire.build("d7")
    soon = timezone.now() + timedelta(seconds=5)
    stale = [replace(one, lease_until=soon) for one in claim("d7", 10, carrier)]

    record(deliver_together(stale, carrier))

    assert both.received == []
    assert set(statuses().values()) == {"queued"}


def test_an_adapter_that_forgets_one_leaves_all_unconfirmed(texts, both, monkeypatch):
    texts()
    monkeypatch.setattr("messaging.gateways.d7.D7.send_many", lambda *_: [Receipt()])

    outbox.drain(linger=NOW)

    assert set(statuses().values()) == {"unconfirmed"}


def test_consent_limits_and_hours_are_looked_at_for_each(texts, both, market, settings):
    Number.objects.filter(pk=market.pk).update(daily_limit=2)
    settings.TEXTING_HOURS = "00:00-00:01"
    texts()
    (held,) = texts("+12125550144")
    Message.objects.filter(pk=held.pk).update(origin=Origin.BROADCAST, send_after=timezone.now())
    Recipient.objects.filter(pk=PHONES[0]).update(opted_out_at=timezone.now())
    texts("+12125550145")

    outbox.drain(linger=NOW)

    assert posted(both) == [PHONES[1:]]
    waits = dict(Message.objects.filter(status="queued").values_list("phone", "reason"))
    assert waits == {"+12125550144": "quiet_hours", "+12125550145": "daily_limit"}
    assert statuses()[PHONES[0]] == "failed"
    assert DailyUse.objects.get().used == 2


def report_of(server, phone, status="delivered", request_id="d98"):
    """As D7 posts it to the address it was given."""
    url = server.received[0].json["message_globals"]["report_url"]
    query = dict(parse_qsl(urlsplit(url).query))
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = f"request_id={request_id}&recipient={phone.lstrip('+')}&status={status}"
    (report,) = wire.build("d7").receive(Request("POST", url, form, query, body.encode()))
    return report


def test_a_report_after_an_unknown_outcome_proves_the_fate_of_its_recipient_alone(texts, both):
    texts()
    both.plays(reset)
    outbox.drain(linger=NOW)

    assert reports.apply(report_of(both, PHONES[1]), "d7")
    assert not reports.apply(report_of(both, "+12125550199", request_id="other"), "d7")

    assert statuses() == {
        PHONES[0]: "unconfirmed",
        PHONES[1]: "delivered",
        PHONES[2]: "unconfirmed",
    }
    assert Message.objects.get(phone=PHONES[1]).external_id == "d98"


def test_a_report_without_our_address_is_joined_on_their_id_and_the_recipient(texts, both):
    texts()
    outbox.drain(linger=NOW)

    assert reports.apply(replace(report_of(both, PHONES[2]), batch=""), "d7")

    assert statuses() == {PHONES[0]: "sent", PHONES[1]: "sent", PHONES[2]: "delivered"}


def test_an_old_batchs_report_still_finds_a_text_that_left_again(texts, both):
    texts()
    both.plays(reset)
    outbox.drain(linger=NOW)
    late = report_of(both, PHONES[1])
    Message.objects.update(status="queued", claim_token=None)
    both.plays(ACCEPTED)
    outbox.drain(linger=NOW)

    assert reports.apply(late, "d7")

    assert statuses()[PHONES[1]] == "delivered"


def test_the_log_of_a_request_is_read_for_each_recipient(texts, both):
    texts()
    outbox.drain(linger=NOW)
    Message.objects.update(status="unconfirmed")
    log = [
        {"recipient": PHONES[0], "status": "delivered"},
        {"recipient": PHONES[2][1:], "status": "undelivered"},
    ]
    both.plays(answer(200, {"request_id": "d98", "messages": log}))

    reconcile()

    assert statuses() == {
        PHONES[0]: "delivered",
        PHONES[1]: "unconfirmed",
        PHONES[2]: "undelivered",
    }


def entry(message, batch, **more):
    to = message.phone.lstrip("+")
    return {"id": to, "to": to, "foreign_id": str(batch), "dlr": "DELIVERED", **more}


def journal(*entries):
    """As seven's answers: of one phone where that is asked, and a page of all it has."""

    def act(conn, server):
        query = server.received[-1].query
        rows = [one for one in entries if query.get("to", one["to"]) == one["to"]]
        answer(200, rows[int(query["offset"]) :])(conn, server)

    return act


@pytest.mark.parametrize("count", [3, 5], ids=["one by one", "the journal at one go"])
def test_sevens_journal_tells_those_of_a_request_apart_by_their_recipients(
    texts, both, sales, count
):
    sent, *cut = texts(*[f"+1212555014{n}" for n in range(count)], number=sales)
    both.plays(reset)
    outbox.drain(linger=NOW)
    batch = Attempt.objects.first().batch
    assert len(both.received) == 1
    both.plays(journal(entry(sent, batch)))

    reconcile()

    rows = set(Message.objects.values_list("phone", "status", "unseen_times"))
    assert rows == {
        (sent.phone, "delivered", 0),
        *((one.phone, "unconfirmed", 1) for one in cut),
    }


@pytest.mark.parametrize("count", [3, 5], ids=["one by one", "the journal at one go"])
def test_an_entry_of_the_batch_whose_recipient_cannot_be_read_leaves_all_of_it_open(
    texts, both, sales, count
):
    messages = texts(*[f"+1212555014{n}" for n in range(count)], number=sales)
    both.plays(reset)
    outbox.drain(linger=NOW)
    batch = Attempt.objects.first().batch
    both.plays(journal(entry(messages[0], batch, to="Ida")))

    reconcile()

    assert set(Message.objects.values_list("status", "unseen_times")) == {("unconfirmed", 0)}


def test_the_same_words_at_seven_are_one_request_and_other_words_another(texts, both, sales):
    texts(number=sales)
    texts("+12125550144", number=sales, words="Other words")
    items = [
        {"id": f"7{n}", "recipient": phone[1:], "success": True} for n, phone in enumerate(PHONES)
    ]
    both.plays(answer(200, {"success": "100", "messages": items}))

    outbox.drain(linger=NOW)

    sent = sorted(one.json["to"] for one in both.received)
    assert sent == [",".join(PHONES), "+12125550144"]
    ids = dict(Message.objects.filter(phone__in=PHONES).values_list("phone", "external_id"))
    assert ids == {phone: f"7{n}" for n, phone in enumerate(PHONES)}


def calls_for_help():
    tasks = [SignedPackage.loads(row.payload) for row in OrmQ.objects.all()]
    return sum(task["func"] == queue.HELP for task in tasks)


def test_a_second_worker_is_called_where_much_is_to_be_written_down(texts, both):
    crowd = [f"+1212555{n:04}" for n in range(CLAIMED)]
    texts(*crowd)

    outbox.drain(linger=NOW)

    writers = 2 if connection.features.has_select_for_update_skip_locked else 1
    assert calls_for_help() == writers - 1
    assert set(statuses().values()) == {"sent"}


def test_a_few_texts_need_no_help(texts, both):
    texts(*PHONES)

    outbox.drain(linger=NOW)

    assert calls_for_help() == 0


def test_who_helps_calls_nobody_and_leaves_when_nothing_is_due(texts, both):
    crowd = [f"+1212555{n:04}" for n in range(CLAIMED)]
    texts(*crowd)

    assert outbox.help_out() == CLAIMED
    assert calls_for_help() == 0
