import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from messaging.gateways.base import DeliveryReport, InboundText, Question, TellsPrices
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    OutcomeUnknown,
    Refused,
    Throttled,
    WebhookRejected,
)
from messaging.gateways.seven import Seven

from .conftest import CREDENTIAL
from .server import answer

SECRET = "signing-secret"
CODES = {
    11: (OutcomeUnknown, "gateway_error"),
    201: (Refused, "invalid_sender"),
    202: (Refused, "invalid_number"),
    300: (Misconfigured, "unauthorised"),
    301: (Refused, "invalid_number"),
    304: (Refused, "rejected"),
    305: (Refused, "empty_text"),
    306: (Refused, "invalid_sender"),
    307: (Refused, "rejected"),
    400: (Refused, "rejected"),
    401: (Refused, "too_long"),
    402: (OutcomeUnknown, "duplicate"),
    403: (Throttled, "daily_limit"),
    500: (Misconfigured, "no_credit"),
    600: (OutcomeUnknown, "gateway_error"),
    700: (OutcomeUnknown, "gateway_error"),
    900: (Misconfigured, "unauthorised"),
    901: (Misconfigured, "unauthorised"),
    902: (Misconfigured, "forbidden"),
    903: (Misconfigured, "ip_refused"),
    987: (OutcomeUnknown, "gateway_error"),
}
SHAPES = {
    "a string": lambda code: f'"{code}"',
    "a number": lambda code: f"{code}",
    "a line": lambda code: f"{code}\n0",
    "an object": lambda code: {"success": f"{code}", "messages": []},
    "an object with a number": lambda code: {"success": code},
    "an object with a code": lambda code: {"success": False, "error_code": f"{code}"},
    "one message of an accepted call": lambda code: {
        "success": "100",
        "messages": [{"success": False, "error": code, "error_text": "No"}],
    },
    "one message of a failed call": lambda code: {
        "success": "101",
        "messages": [{"success": False, "error": f"{code}"}],
    },
}


def entry(**changes):
    return {
        "id": "77231715575",
        "to": "12125550142",
        "dlr": "DELIVERED",
        "dlr_timestamp": "2024-02-13 05:50:63.102",
        "foreign_id": "ours",
    } | changes


def test_the_request_is_the_documented_one(seven, server, hello):
    server.plays(answer(200, "100"))

    seven.send(hello)

    (request,) = server.received
    assert request.target == "/sms"
    assert request.headers["x-api-key"] == CREDENTIAL
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert request.json == {
        "to": "+12125550142",
        "from": "+12125550100",
        "text": "Hello Wörld €",
        "foreign_id": hello.reference,
    }


def test_a_later_text_is_scheduled_in_unix_seconds_and_never_early(seven, server, hello):
    server.plays(answer(200, "100"))

    seven.send(replace(hello, send_at=datetime(2026, 11, 22, 9, 0, 0, 1, UTC)))

    assert server.received[0].json["delay"] == "1795338001"


def test_the_receipt_has_id_segments_and_price(seven, server, hello):
    item = {"id": 77229135982, "recipient": "12125550142", "parts": 2, "price": 0.15}
    server.plays(answer(200, {"success": 100, "messages": [item | {"success": True}]}))

    receipt = seven.send(hello)

    assert receipt.external_id == "77229135982"
    assert receipt.segments == 2
    assert receipt.price == Decimal("0.15")


@pytest.mark.parametrize(
    ("body", "external_id"),
    [("100", ""), ('"100"', ""), ("100\n77123456789", "77123456789"), ("100\r\n77\r\n", "77")],
)
def test_a_bare_code_is_a_receipt_too(seven, server, hello, body, external_id):
    server.plays(answer(200, body, content_type="text/plain"))

    assert seven.send(hello).external_id == external_id


def test_debug_mode_is_told(seven, server, hello):
    items = [{"id": None, "success": True, "price": 0}]
    server.plays(answer(200, {"success": "100", "debug": "true", "messages": items}))

    assert "not sent" in seven.send(hello).note


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("code", CODES)
def test_a_code_means_the_same_in_every_shape(seven, server, hello, code, shape):
    server.plays(answer(200, shape(code)))

    with pytest.raises(GatewayError) as caught:
        seven.send(hello)

    assert (type(caught.value), caught.value.reason) == CODES[code]
    assert caught.value.code == str(code)


@pytest.mark.parametrize(
    "body",
    [
        {"success": "101"},
        {"success": "100"},
        {"success": "100", "messages": []},
        {"success": "100", "messages": "none"},
        {"success": "100", "messages": [7]},
        {"success": "100", "messages": [{"success": False, "error": None}]},
        {"success": "100", "messages": [{"recipient": "1"}, {"recipient": "2"}]},
        {"success": None},
        {"success": True, "messages": [{"success": True}]},
        {"success": [100]},
        {},
    ],
)
def test_an_object_that_says_nothing_about_our_text_is_unknown(seven, server, hello, body):
    server.plays(answer(200, body))

    with pytest.raises(OutcomeUnknown) as caught:
        seven.send(hello)

    assert caught.value.reason == "unreadable_answer"


@pytest.mark.parametrize("price", ['"Infinity"', "-1", "1e99", "true", '"x"', "[]"])
def test_nonsense_for_a_price_does_not_spoil_the_receipt(seven, server, hello, price):
    item = f'{{"id":"7","success":true,"parts":0,"price":{price}}}'
    server.plays(answer(200, f'{{"success":"100","messages":[{item}]}}'))

    receipt = seven.send(hello)

    assert receipt.external_id == "7"
    assert (receipt.price, receipt.segments) == (None, None)


def test_a_lost_text_is_found_by_our_reference(seven, server):
    server.plays(
        answer(200, [entry(foreign_id="another")]),
        answer(200, [entry(foreign_id=None), entry()]),
    )

    report = seven.look_up(Question("ours", "", since=datetime(2026, 11, 22, 0, 30, tzinfo=UTC)))

    assert report == DeliveryReport(
        "delivered", "77231715575", "ours", "+12125550142", code="DELIVERED"
    )
    first, second = server.received
    assert first.path == "/journal/outbound"
    assert first.query == {"limit": "100", "offset": "0", "date_from": "2026-11-21"}
    assert second.query["offset"] == "1"


def test_a_text_is_found_by_their_id(seven, server):
    server.plays(answer(200, [entry(foreign_id=None, dlr=None)]))

    assert seven.look_up(Question("ours", "77231715575")).status == "sent"


def test_never_seen_means_that_the_whole_journal_was_read(seven, server):
    server.plays(answer(200, []), answer(200, [entry(foreign_id="x")]), answer(200, []))

    assert seven.look_up(Question("ours", "", to="+12125550142")) is None

    short, first, second = server.received
    assert short.query["to"] == "12125550142"
    assert "to" not in first.query
    assert second.query["offset"] == "1"


def test_a_text_to_the_phone_without_a_reference_leaves_it_open(seven, server):
    server.plays(answer(200, []), answer(200, [entry(foreign_id=None)]), answer(200, []))

    with pytest.raises(OutcomeUnknown):
        seven.look_up(Question("ours", "", to="+12125550142"))


@pytest.mark.parametrize("body", ['"900"', "{}", "[1]", "nothing", '{"success":"700"}'])
def test_a_journal_that_cannot_be_read_proves_nothing(seven, server, body):
    server.plays(answer(200, body))

    with pytest.raises(GatewayError):
        seven.look_up(Question("ours", ""))


def test_a_journal_without_an_end_proves_nothing(seven, server, monkeypatch):
    monkeypatch.setattr("messaging.gateways.seven_journal.MAX_PAGES", 3)
    server.plays(answer(200, [entry(foreign_id="x")]))

    with pytest.raises(OutcomeUnknown):
        seven.look_up(Question("ours", ""))
    assert len(server.received) == 3


def test_a_long_page_of_the_journal_is_read_whole(seven, server):
    long = entry(foreign_id="x", text="я" * 1520)
    server.plays(answer(200, [long] * 99 + [entry()]))

    assert seven.look_up(Question("ours", "")).status == "delivered"


@pytest.mark.parametrize(
    ("theirs", "ours", "reason"),
    [
        ("NOTDELIVERED", "undelivered", "undelivered"),
        ("EXPIRED", "undelivered", "expired"),
        ("REJECTED", "failed", "rejected"),
        ("FAILED", "failed", "gateway_error"),
        ("BUFFERED", "sent", ""),
        ("ACCEPTED", "sent", ""),
        ("UNKNOWN", "sent", ""),
        ("SOMETHING_NEW", "sent", ""),
        (None, "sent", ""),
    ],
)
def test_their_statuses_in_our_words(seven, server, theirs, ours, reason):
    server.plays(answer(200, [entry(dlr=theirs)]))

    report = seven.look_up(Question("ours", ""))

    assert (report.status, report.reason) == (ours, reason)


def test_the_balance_is_for_people(seven, server):
    server.plays(answer(200, {"amount": 44.631, "currency": "EUR"}))

    assert seven.balance() == "44.631 EUR"


def test_prices_are_in_the_currency_of_the_account(seven, server):
    server.plays(answer(200, {"amount": 44.631, "currency": "EUR"}), answer(200, {"amount": 1}))

    assert isinstance(seven, TellsPrices)
    assert [seven.currency(), seven.currency()] == ["EUR", ""]
    assert server.received[0].target == "/balance"


def test_a_balance_behind_a_wrong_key_is_our_configuration(seven, server):
    server.plays(answer(200, '"900"'))

    with pytest.raises(Misconfigured):
        seven.balance()


def test_an_inbound_text(seven, webhook):
    (event,) = seven.receive(webhook("seven_sms_mo.json"))

    assert event == InboundText(
        "+12125550142",
        "+12125550100",
        "Hello",
        "681590",
        datetime(2020, 11, 20, 13, 15, 4, tzinfo=UTC),
    )


@pytest.mark.parametrize("when", ["", "soon", "99999999999999", None, [], "-1e9"])
def test_an_inbound_text_of_an_unknown_time(seven, webhook, when):
    body = b'{"webhook_event":"sms_mo","data":{"sender":"77","system":"12125550100","time":%s}}'

    (event,) = seven.receive(webhook(body % json.dumps(when).encode()))

    assert event.sender == "77"
    assert event.sent_at is None


def test_a_delivery_report_as_json(seven, webhook):
    assert seven.receive(webhook("seven_dlr.json")) == [
        DeliveryReport("sent", "77149843739", code="TRANSMITTED")
    ]


def test_a_delivery_report_as_a_form(seven, webhook):
    assert seven.receive(webhook("seven_dlr.form")) == [
        DeliveryReport("delivered", "77149843739", "ours-1", code="DELIVERED")
    ]


def test_a_delivery_report_in_a_query(seven, webhook):
    query = {"webhook_event": "dlr", "data": '{"msg_id":"7","status":"EXPIRED"}'}

    (report,) = seven.receive(webhook(b"", method="GET", query=query))

    assert (report.external_id, report.reason) == ("7", "expired")


def test_other_events_are_none_of_ours(seven, webhook):
    told = b'{"webhook_event": "tracking", "data": {"sms_id": "9", "total_clicks": 1}}'

    assert seven.receive(webhook(told)) == []


def signed(request, secret=SECRET, at=None):
    at = str(int(time.time()) if at is None else at)
    digest = hashlib.md5(request.body).hexdigest()
    message = f"{at}\n{'n' * 32}\nPOST\n{request.url}\n{digest}".encode()
    signature = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    headers = {"x-timestamp": at, "x-nonce": "n" * 32, "x-signature": signature}
    return replace(request, headers=dict(request.headers) | headers)


@pytest.fixture
def strict():
    return Seven(CREDENTIAL, signing_secret=SECRET)


def test_a_rightly_signed_webhook_is_read(strict, webhook):
    assert strict.receive(signed(webhook("seven_sms_mo.json")))


def test_a_webhook_whose_signature_was_good_once_is_not_checked_again(strict, webhook):
    old = signed(webhook("seven_sms_mo.json"), at=1)

    assert strict.receive(replace(old, trusted=True))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda request: replace(request, body=request.body.replace(b"Hello", b"Hullo")),
        lambda request: replace(request, url=request.url + "?x=1"),
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, headers={"content-type": "application/json"}),
        lambda request: replace(request, headers=dict(request.headers) | {"x-timestamp": "1"}),
        lambda request: replace(request, headers=dict(request.headers) | {"x-signature": "é"}),
        lambda request: signed(request, secret="another"),
        lambda request: signed(request, at=int(time.time()) - 3600),
        lambda request: signed(request, at=int(time.time()) + 3600),
        lambda request: signed(request, at="9" * 500),
        lambda request: signed(request, at="²"),
    ],
)
def test_a_wrongly_signed_webhook_is_kept_apart(strict, webhook, spoil):
    request = spoil(signed(webhook("seven_sms_mo.json")))

    with pytest.raises(WebhookRejected) as caught:
        strict.receive(request)

    assert caught.value.quarantine
