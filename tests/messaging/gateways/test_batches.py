"""What each adapter that carries many texts in a request must do: each has its own outcome."""

import json
import socket
import time
import uuid
from dataclasses import replace

import pytest

from messaging.gateways.base import Batch, CarriesMany
from messaging.gateways.errors import (
    Misconfigured,
    OutcomeUnknown,
    Refused,
    RefusedTogether,
    Throttled,
    Unreachable,
)
from messaging.gateways.reasons import SENTENCES

from .conftest import CREDENTIAL, HASTE, KINDS
from .server import answer, drip, hang, reset
from .test_contract import BROKEN, HEAD, PAGE

PHONES = ("+12125550142", "+12125550143", "+12125550144")
REPORTS = "https://crm.example/webhooks/x/t0ken/?batch=7"
NAME = str(uuid.UUID(int=9, version=4))


def item(phone, **more):
    number = phone.lstrip("+")
    return {"id": f"id{number}", "recipient": number, "parts": 1, "success": True, **more}


ACCEPTED = {
    "seven": {"success": "100", "messages": [item(phone) for phone in PHONES]},
    "d7": {"request_id": "d9835609", "status": "accepted"},
}
IDS = {"seven": [f"id{phone.lstrip('+')}" for phone in PHONES], "d7": ["d9835609"] * 3}


@pytest.fixture(params=ACCEPTED)
def name(request):
    return request.param


@pytest.fixture
def kind(name):
    return KINDS[name]


@pytest.fixture
def batch(hello):
    """The same words to three people."""
    texts = [
        replace(hello, to=phone, reference=str(uuid.UUID(int=n, version=4)))
        for n, phone in enumerate(PHONES)
    ]
    return Batch(NAME, texts, REPORTS)


def test_the_contract_covers_every_gateway_that_carries_many():
    carriers = {name for name, kind in KINDS.items() if isinstance(kind.build("x"), CarriesMany)}

    assert carriers == set(ACCEPTED)


def test_an_accepted_batch_is_one_request_and_a_receipt_for_each(gateway, name, server, batch):
    server.plays(answer(200, ACCEPTED[name]))

    receipts = gateway.send_many(batch)

    assert [receipt.external_id for receipt in receipts] == IDS[name]
    assert [request.method for request in server.received] == ["POST"]


@pytest.mark.parametrize("play", BROKEN.values(), ids=BROKEN)
def test_whatever_happens_after_the_request_was_written_leaves_all_unknown(
    gateway, server, batch, play
):
    server.plays(play)

    errors = gateway.send_many(batch)

    assert [type(error) for error in errors] == [OutcomeUnknown] * 3
    assert {error.reason for error in errors} <= set(SENTENCES)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "play", [hang, drip(HEAD + b"Content-Length: 5000\r\n\r\n", b"1")], ids=["silence", "drops"]
)
def test_a_gateway_that_takes_its_time_leaves_all_unknown(kind, server, batch, play):
    server.plays(play)

    errors = kind.at(server.url, deadline=HASTE).send_many(batch)

    assert [(type(e), e.reason) for e in errors] == [(OutcomeUnknown, "timeout")] * 3
    assert len(server.received) == 1


def test_a_refused_connection_never_got_there(kind, batch):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    errors = kind.at(f"http://127.0.0.1:{port}").send_many(batch)

    assert [type(error) for error in errors] == [Unreachable] * 3


def test_a_name_that_does_not_resolve_never_got_there(kind, batch, monkeypatch):
    def no_such_name(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)

    errors = kind.at("https://gateway.example").send_many(batch)

    assert [type(error) for error in errors] == [Unreachable] * 3


def test_a_resolver_that_takes_too_long_lets_nothing_be_sent(kind, server, batch, monkeypatch):
    resolve = socket.getaddrinfo

    def slowly(*args, **kwargs):
        time.sleep(HASTE)
        return resolve(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)

    errors = kind.at(server.url, deadline=HASTE).send_many(batch)

    assert [type(error) for error in errors] == [Unreachable] * 3
    assert not server.received


@pytest.mark.parametrize(
    ("status", "kind_of_error"),
    [
        (400, RefusedTogether),
        (404, RefusedTogether),
        (413, RefusedTogether),
        (422, RefusedTogether),
        (401, Misconfigured),
        (402, Misconfigured),
        (403, Misconfigured),
        (429, Throttled),
    ],
)
@pytest.mark.parametrize("body", ["", PAGE, "null", "[1]", '{"detail": 5}', '{"detail": [5]}'])
def test_a_status_is_for_all_and_a_refusal_blames_nobody(
    gateway, server, batch, status, kind_of_error, body
):
    server.plays(answer(status, body))

    errors = gateway.send_many(batch)

    assert [type(error) for error in errors] == [kind_of_error] * 3
    assert {error.code for error in errors} == {str(status)}
    assert {error.reason for error in errors} <= set(SENTENCES)


def test_of_one_that_stayed_a_refusal_is_its_own(gateway, server, batch):
    server.plays(answer(400))

    (error,) = gateway.send_many(replace(batch, texts=batch.texts[:1]))

    assert type(error) is Refused


def test_a_throttled_batch_knows_when_to_come_back(gateway, server, batch):
    server.plays(answer(429, "slow down", retry_after="7"))

    errors = gateway.send_many(batch)

    assert [error.retry_after for error in errors] == [7] * 3


@pytest.mark.parametrize("play", ["accepted", answer(400), answer(429), answer(500), reset])
def test_nobodys_attempt_shows_what_others_were_texted_nor_a_secret(
    gateway, name, server, batch, play
):
    texts = [replace(one, text=f"For {one.to}") for one in batch.texts]
    secret = replace(batch, texts=texts, report_url=f"https://crm.example/{CREDENTIAL}/")
    server.plays(answer(200, ACCEPTED[name]) if play == "accepted" else play)

    told = gateway.send_many(secret)

    for outgoing, one in zip(texts, told, strict=True):
        shown = one.exchange.request + one.exchange.response + one.exchange.url
        assert CREDENTIAL not in shown
        assert outgoing.to in one.exchange.request
        assert not [phone for phone in PHONES if phone != outgoing.to and phone[1:] in shown]


def test_a_request_to_d7_has_the_same_words_once_and_others_beside_them(d7, server, batch):
    server.plays(answer(200, ACCEPTED["d7"]))
    first, second, third = batch.texts
    words = [first, replace(second, text="Привет", encoding="UCS-2"), third]

    d7.send_many(replace(batch, texts=words))

    kinds = {"channel": "sms", "msg_type": "text"}
    assert server.received[0].json == {
        "messages": [
            {
                "recipients": [PHONES[0], PHONES[2]],
                "content": "Hello Wörld €",
                "data_coding": "text",
                **kinds,
            },
            {
                "recipients": [PHONES[1]],
                "content": "Привет",
                "data_coding": "unicode",
                **kinds,
            },
        ],
        "message_globals": {
            "originator": "+12125550100",
            "tag": NAME,
            "report_url": REPORTS,
        },
    }


def complaint(*where, code="x"):
    return {"loc": ["body", *where], "msg": code, "type": "value_error"}


@pytest.mark.parametrize(
    ("complaints", "kinds"),
    [
        ([complaint("messages", 0, "recipients", 1)], "tbt"),
        ([complaint("messages", 1, "content")], "ttb"),
        ([complaint("messages", 1, "recipients")], "ttb"),
        ([complaint("messages", 0, "content")], "bbt"),
        ([complaint("messages", 0, "recipients", 0), complaint("messages", 1)], "btb"),
        # One of two recipients is wrong, and which is not said; or the place is none of ours.
        ([complaint("messages", 0, "recipients")], "aaa"),
        ([complaint("messages", 0, "recipients"), complaint("messages", 1, "content")], "aaa"),
        ([complaint("messages", 7, "content")], "aaa"),
        ([complaint("messages", -1, "content")], "aaa"),
        ([complaint("messages", 0, "recipients", 9)], "aaa"),
        ([complaint("messages", 0, "recipients", -1)], "aaa"),
        ([complaint("messages")], "aaa"),
        ([complaint("message_globals", "report_url")], "aaa"),
        ([{"loc": "body"}], "aaa"),
        ([{"code": "ROUTING_NOT_FOUND"}], "aaa"),
        ([complaint("message_globals", "originator")], "sss"),
    ],
)
def test_whom_a_refusal_of_d7_names_is_refused_and_the_others_go_again(
    d7, server, batch, complaints, kinds
):
    """t: beside the one to blame; b: to blame; a: alone from now on; s: all share the sender."""
    first, second, third = batch.texts
    server.plays(answer(422, {"detail": complaints}))

    errors = d7.send_many(replace(batch, texts=[first, second, replace(third, text="Other")]))

    expected = {
        "t": (RefusedTogether, "refused_beside"),
        "a": (RefusedTogether, "refused_together"),
        "s": (Refused, "invalid_sender"),
    }
    for error, letter in zip(errors, kinds, strict=True):
        if letter == "b":
            assert type(error) is Refused
        else:
            assert (type(error), error.reason) == expected[letter]


def test_a_rejected_200_of_d7_is_a_refusal_that_blames_nobody(d7, server, batch):
    server.plays(answer(200, {"request_id": "d98", "status": "rejected"}))

    errors = d7.send_many(batch)

    assert [type(error) for error in errors] == [RefusedTogether] * 3


def test_a_request_to_seven_is_a_list_under_one_reference(seven, server, batch):
    server.plays(answer(200, ACCEPTED["seven"]))

    seven.send_many(batch)

    assert server.received[0].json == {
        "to": ",".join(PHONES),
        "from": "+12125550100",
        "text": "Hello Wörld €",
        "foreign_id": NAME,
    }


def test_at_seven_each_recipient_has_an_answer_of_its_own(seven, server, batch):
    items = [
        item(PHONES[2], price=0.075, parts=2),
        item(PHONES[0], success=False, error=202, error_text="Bad number", id=None),
    ]
    server.plays(answer(200, {"success": "101", "messages": items}))

    first, second, third = seven.send_many(batch)

    assert (type(first), first.reason, first.detail) == (Refused, "invalid_number", "Bad number")
    assert (type(second), second.reason) == (OutcomeUnknown, "unreadable_answer")
    assert (third.external_id, third.segments, float(third.price)) == ("id12125550144", 2, 0.075)
    assert json.loads(third.exchange.response)["recipient"] == PHONES[2][1:]


@pytest.mark.parametrize(
    ("body", "kind_of_error", "reason"),
    [
        ("900", Misconfigured, "unauthorised"),
        ("500", Misconfigured, "no_credit"),
        ("403", Throttled, "daily_limit"),
        ("402", OutcomeUnknown, "duplicate"),
        ("600", OutcomeUnknown, "gateway_error"),
        ("101", OutcomeUnknown, "unreadable_answer"),
        ({"success": "100"}, OutcomeUnknown, "unreadable_answer"),
        ({"success": "101", "messages": []}, OutcomeUnknown, "unreadable_answer"),
        ({"success": "900", "messages": []}, Misconfigured, "unauthorised"),
        ("202", RefusedTogether, "refused_together"),
        ("400", RefusedTogether, "refused_together"),
        ("201", Refused, "invalid_sender"),
    ],
)
def test_a_code_of_seven_without_items_is_for_all(
    seven, server, batch, body, kind_of_error, reason
):
    server.plays(answer(200, body))

    errors = seven.send_many(batch)

    assert [(type(error), error.reason) for error in errors] == [(kind_of_error, reason)] * 3


def test_a_bare_100_of_seven_is_a_receipt_without_an_id_for_each(seven, server, batch):
    server.plays(answer(200, "100"))

    receipts = seven.send_many(batch)

    assert [receipt.external_id for receipt in receipts] == [""] * 3


def test_an_item_that_was_accepted_counts_more_than_what_is_said_of_the_whole(seven, server, batch):
    server.plays(answer(200, {"success": "202", "messages": [item(PHONES[0])]}))

    first, *others = seven.send_many(batch)

    assert first.external_id == "id12125550142"
    assert [type(error) for error in others] == [OutcomeUnknown] * 2


@pytest.mark.parametrize(("asked", "most"), [(100, 100), (7, 7), (1, 1), (0, 1), (5000, 100)])
def test_how_many_a_request_carries_is_the_operators_to_say_up_to_a_hundred(kind, asked, most):
    assert kind.build("x", batch=asked).most == most
