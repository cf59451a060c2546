from dataclasses import replace
from datetime import UTC, datetime

import pytest

from messaging.gateways.base import (
    DeliveryReport,
    InboundText,
    OptedIn,
    OptedOut,
    OutgoingCopy,
    Question,
)
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    NotSupported,
    OutcomeUnknown,
    Refused,
    Throttled,
    WebhookRejected,
)

from .conftest import CREDENTIAL
from .server import answer


def test_the_request_is_the_documented_one(smrtphone, server, hello):
    smrtphone.send(hello)

    (request,) = server.received
    assert request.target == "/sms/send"
    assert request.headers["x-auth-smrtphone"] == CREDENTIAL
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.form == {
        "from": "+12125550100",
        "to": "+12125550142",
        "message": "Hello Wörld €",
    }


@pytest.mark.parametrize(
    ("body", "external_id"),
    [
        ({"smsId": "SM01"}, "SM01"),
        ({"id": 4711}, "4711"),
        ({"messageId": "m-1"}, "m-1"),
        ({"sid": "SM9"}, "SM9"),
        ("SM0123456789abcdef", "SM0123456789abcdef"),
        ('"SM0123456789abcdef"', "SM0123456789abcdef"),
        ("1234567890", "1234567890"),
        ("OK", ""),
        ("Message sent.", ""),
        ({"status": "queued"}, ""),
        ({"smsId": ["SM01"]}, ""),
        ("", ""),
    ],
)
def test_an_accepted_text_has_an_id_if_the_answer_holds_one(
    smrtphone, server, hello, body, external_id
):
    server.plays(answer(200, body))

    receipt = smrtphone.send(hello)

    assert receipt.external_id == external_id
    assert bool(receipt.note) is not bool(external_id)


@pytest.mark.parametrize(
    "body",
    [
        "Error: An unknown error occurred. Please contact your system administrator",
        "error",
        {"error": "no"},
        {"smsId": "SM01", "success": False},
        {"status": "error"},
        "null",
    ],
)
def test_an_error_within_a_200_leaves_the_outcome_unknown(smrtphone, server, hello, body):
    server.plays(answer(200, body))

    with pytest.raises(OutcomeUnknown):
        smrtphone.send(hello)


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (400, "Missing required parameter(s): from, to, message", Refused, "rejected"),
        (400, "This number has OPTED OUT of texts", Refused, "opted_out"),
        (403, "opted out", Misconfigured, "unauthorised"),
        (401, "", Misconfigured, "unauthorised"),
        (429, "Daily limit", Throttled, "daily_limit"),
        (500, "opted out", OutcomeUnknown, "gateway_error"),
    ],
)
def test_a_status_decides_first(smrtphone, server, hello, status, body, kind, reason):
    server.plays(answer(status, body))

    with pytest.raises(GatewayError) as caught:
        smrtphone.send(hello)

    assert (type(caught.value), caught.value.reason) == (kind, reason)


def test_a_later_text_is_refused_rather_than_sent_early(smrtphone, server, hello):
    with pytest.raises(Refused) as caught:
        smrtphone.send(replace(hello, send_at=datetime(2026, 11, 22, tzinfo=UTC)))

    assert caught.value.reason == "cannot_schedule"
    assert not server.received


def test_it_can_be_asked_nothing(smrtphone):
    with pytest.raises(NotSupported):
        smrtphone.look_up(Question("ours", "SM1"))
    with pytest.raises(NotSupported):
        smrtphone.balance()


@pytest.mark.parametrize(
    ("payload", "event"),
    [
        ("smsIncoming", InboundText("+12125550142", "+12125550100", "On my way", "SM1")),
        ("smsOutgoing", OutgoingCopy("+12125550100", "+12125550142", "See you at six", "SM2")),
        (
            "smsDeliveryCallback",
            DeliveryReport(
                "undelivered",
                "SM2",
                reason="undelivered",
                code="undelivered",
                detail="Handset unreachable",
            ),
        ),
        ("addNumberToDNT", OptedOut("+12125550142", "STOP")),
        ("removeNumberFromDNT", OptedIn("+12125550142", "admin")),
    ],
)
def test_each_event_in_our_words(smrtphone, webhook, payload, event):
    assert smrtphone.receive(webhook(f"smrtphone_{payload}.json")) == [event]


def test_calls_are_none_of_ours(smrtphone, webhook):
    assert smrtphone.receive(webhook("smrtphone_callCompleted.json")) == []


def test_an_opt_out_without_a_phone_is_rejected_so_that_somebody_sees_it(smrtphone, webhook):
    with pytest.raises(WebhookRejected) as caught:
        smrtphone.receive(webhook(b'{"event":"addNumberToDNT","phone":null}'))

    assert not caught.value.quarantine
