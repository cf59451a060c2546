"""Calls by seven.io, against a real server on this machine."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from messaging.gateways import ADAPTERS
from messaging.gateways.base import CarriesChannels, DeliveryReport, Question
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unreachable,
)
from messaging.gateways.reasons import SENTENCES

from .conftest import CREDENTIAL, HASTE, KINDS
from .server import answer, drip, hang
from .test_contract import BROKEN, HEAD
from .test_seven import CODES, SHAPES

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
ACCEPTED = {
    "success": "100",
    "total_price": 0.045,
    "balance": 3.2,
    "debug": False,
    "messages": [
        {
            "id": "1384013",
            "sender": "12125550100",
            "recipient": "12125550142",
            "text": "Hello",
            "price": 0.045,
            "success": True,
            "error": None,
            "error_text": None,
        }
    ],
}


@pytest.fixture
def call(hello):
    return replace(hello, channel="call", text="Your car is ready")


@pytest.fixture
def asked(call):
    return Question(call.reference, to=call.to, since=NOW, channel="call")


def failing(gateway, outgoing):
    with pytest.raises(GatewayError) as caught:
        gateway.send(outgoing)
    return caught.value


def entry(**changes):
    given = {"id": "1384013", "to": "12125550142", "from": "12125550100", "duration": "7"}
    return given | {"status": "completed", "error": "", "xml": False} | changes


def test_the_adapters_say_who_calls():
    callers = {name for name, kind in ADAPTERS.items() if "call" in getattr(kind, "channels", ())}

    assert callers == {"seven", "simulator"}
    assert isinstance(KINDS["seven"].at("http://127.0.0.1:9"), CarriesChannels)
    assert not isinstance(KINDS["smrtphone"].at("http://127.0.0.1:9"), CarriesChannels)


def test_a_call_is_one_documented_request_and_one_receipt(seven, server, call):
    server.plays(answer(200, ACCEPTED))

    receipt = seven.send(call)

    (request,) = server.received
    assert (request.method, request.target) == ("POST", "/voice")
    assert request.headers["x-api-key"] == CREDENTIAL
    assert request.json == {
        "to": "+12125550142",
        "from": "+12125550100",
        "text": "Your car is ready",
        "foreign_id": call.reference,
    }
    assert (receipt.external_id, receipt.price) == ("1384013", Decimal("0.045"))
    assert (receipt.segments, receipt.note) == (None, "")


def test_words_are_never_orders_to_their_switchboard(seven, server, call):
    server.plays(answer(200, ACCEPTED))

    seven.send(replace(call, text="<Response><Dial>+19005550100</Dial></Response>"))

    assert not {"<", ">"} & set(server.received[0].json["text"])


@pytest.mark.parametrize("play", BROKEN.values(), ids=BROKEN)
def test_whatever_happens_after_the_request_was_written_leaves_the_outcome_unknown(
    seven, server, call, play
):
    server.plays(play)

    error = failing(seven, call)

    assert type(error) is OutcomeUnknown
    assert error.reason in SENTENCES
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "play", [hang, drip(HEAD + b"Content-Length: 5000\r\n\r\n", b"1")], ids=["silence", "drops"]
)
def test_a_gateway_that_takes_its_time_leaves_the_outcome_unknown(server, call, play):
    server.plays(play)

    error = failing(KINDS["seven"].at(server.url, deadline=HASTE), call)

    assert (type(error), error.reason) == (OutcomeUnknown, "timeout")
    assert len(server.received) == 1


def test_a_refused_connection_never_got_there(call):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    assert type(failing(KINDS["seven"].at(f"http://127.0.0.1:{port}"), call)) is Unreachable


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((400, Refused), (404, Refused), (422, Refused), (401, Misconfigured)),
        *((402, Misconfigured), (403, Misconfigured), (429, Throttled)),
    ],
)
def test_a_status_is_enough_to_know_who_must_act(seven, server, call, status, kind):
    server.plays(answer(status, "No"))

    assert type(failing(seven, call)) is kind


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("code", CODES)
def test_each_code_means_what_it_means_for_a_text(seven, server, call, code, shape):
    server.plays(answer(200, shape(code)))

    error = failing(seven, call)

    assert (type(error), error.reason) == CODES[code]


@pytest.mark.parametrize(
    ("status", "ours", "reason"),
    [
        ("completed", "delivered", ""),
        ("no-answer", "undelivered", "no_answer"),
        ("busy", "undelivered", "busy"),
        ("failed", "failed", "gateway_error"),
        ("ringing", "sent", ""),
        ("whatever comes next year", "sent", ""),
    ],
)
def test_a_webhook_tells_how_a_call_stands(seven, webhook, status, ours, reason):
    data = {"id": "1384013", "recipient": "12125550142", "status": status, "duration": "7"}
    told = json.dumps({"webhook_event": "voice_status", "data": data}).encode()

    (report,) = seven.receive(webhook(told))

    assert report == DeliveryReport(
        ours, "1384013", "", "+12125550142", reason, status[:32], channel="call"
    )


@pytest.mark.parametrize("data", [{}, {"id": "9"}, {"status": "completed"}, [], None, "x", 7])
def test_a_webhook_that_names_no_call_or_no_status_says_nothing(seven, webhook, data):
    told = {"webhook_event": "voice_status", "data": data if data != "x" else {}}

    assert seven.receive(webhook(json.dumps(told).encode())) == []


def test_a_call_is_looked_up_in_the_journal_of_calls(seven, server, asked):
    server.plays(answer(200, [entry(foreign_id=asked.reference)]))

    report = seven.look_up(asked)

    assert (report.status, report.external_id, report.channel) == ("delivered", "1384013", "call")
    assert server.received[0].path == "/journal/voice"


def test_its_id_is_enough_where_the_journal_bears_no_reference(seven, server, asked):
    server.plays(answer(200, [entry(status="no-answer")]))

    report = seven.look_up(replace(asked, external_id="1384013"))

    assert (report.status, report.reason) == ("undelivered", "no_answer")


def test_a_call_to_the_same_phone_without_a_reference_leaves_it_open(seven, server, asked):
    server.plays(answer(200, [entry()]), answer(200, []), answer(200, [entry()]), answer(200, []))

    with pytest.raises(OutcomeUnknown):
        seven.look_up(asked)


def test_a_call_that_no_journal_has_was_never_seen(seven, server, asked):
    server.plays(answer(200, []))

    assert seven.look_up(asked) is None


def test_texts_and_calls_are_each_looked_up_in_their_own_journal(seven, server, asked):
    text = Question("another", to="+12125550143", since=NOW)
    server.plays(answer(200, []))

    found = list(seven.look_up_all([asked, text]))

    assert found == [(text, None), (asked, None)]
    assert [r.path for r in server.received] == ["/journal/outbound", "/journal/voice"]
