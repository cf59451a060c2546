"""The whole way through each real gateway: a comment, one correct request, a report, delivered."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from messaging import outbox, wire
from messaging.models import Message, Number
from tests.messaging.gateways.server import Server, answer

WORDS = "Hello Wörld €"


def seven_request(request, message):
    assert (request.path, request.headers["x-api-key"]) == ("/sms", "credential-of-ours")
    sent = request.json if request.body.startswith(b"{") else request.form
    assert sent["text"] == WORDS
    assert sent["foreign_id"] == str(message.reference)
    assert sent["to"].lstrip("+") == "12125550123"


def d7_request(request, message):
    assert request.path == "/messages/v1/send"
    assert request.headers["authorization"] == "Bearer credential-of-ours"
    (item,) = request.json["messages"]
    assert (item["content"], item["recipients"]) == (WORDS, ["+12125550123"])
    assert item["data_coding"] == "text"
    assert str(message.reference) in request.json["message_globals"]["report_url"]


def smrtphone_request(request, message):
    assert request.path == "/sms/send"
    assert request.headers["x-auth-smrtphone"] == "credential-of-ours"
    assert request.form == {"from": "+12125550101", "to": "+12125550123", "message": WORDS}


SEVEN = {"success": "100", "messages": [{"id": "77", "parts": 1, "price": 0.07, "success": True}]}
KINDS = {
    "seven": ("api_key", SEVEN, seven_request),
    "d7": ("token", {"request_id": "d9835609", "status": "accepted"}, d7_request),
    "smrtphone": ("token", {"smsId": "SM01"}, smrtphone_request),
}
REPORTS = {
    "seven": (
        "application/json",
        (
            '{"data":{"msg_id":"77","status":"DELIVERED","timestamp":"2026-11-22 08:08:00"},'
            '"webhook_event":"dlr"}'
        ),
    ),
    "d7": (
        "application/x-www-form-urlencoded",
        urlencode({"request_id": "d9835609", "recipient": "+12125550123", "status": "delivered"}),
    ),
    "smrtphone": (
        "application/json",
        '{"event":"smsDeliveryCallback","smsId":"SM01","status":"delivered"}',
    ),
}


@pytest.fixture(params=KINDS)
def gateway(request, settings, number):
    """A default number at one of the three, whose place a server on this machine takes."""
    credential, accepted, _ = KINDS[request.param]
    server = Server()
    server.plays(answer(200, accepted))
    settings.GATEWAYS = {
        request.param: {credential: "credential-of-ours", "base_url": server.url},
    }
    wire.forget()
    Number.objects.update(is_default=False)
    Number.objects.create(
        address="+12125550101", label="Real", gateway=request.param, is_default=True
    )
    yield request.param, server
    server.stop()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("record", ["carol", "roof"])
def test_a_comment_makes_one_correct_request_and_its_track_gets_delivered(
    record, request, gateway, alices_browser, client
):
    name, server = gateway
    page = request.getfixturevalue(record).get_absolute_url()

    alices_browser.post(page, {"body": f"sms: {WORDS}"})
    outbox.drain(linger=timedelta(0))
    outbox.drain(linger=timedelta(0))

    message = Message.objects.get()
    (received,) = server.received
    KINDS[name][2](received, message)
    assert message.status == "sent"
    assert WORDS in alices_browser.get(page).content.decode()

    content_type, body = REPORTS[name]
    of_one = {"reference": str(message.reference)}
    address = wire.report_url(name, **of_one) if name == "d7" else wire.webhook_url(name)
    client.post(address.removeprefix("http://127.0.0.1:8000"), body, content_type=content_type)

    message.refresh_from_db()
    assert message.status == "delivered"
    assert "Delivered" in alices_browser.get(page).content.decode()
