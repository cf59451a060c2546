from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from messaging.gateways.base import DeliveryReport, InboundText, Question, TellsPrices
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    NotSupported,
    OutcomeUnknown,
    Refused,
    Throttled,
)

from .conftest import CREDENTIAL
from .server import answer

ACCEPTED = answer(200, {"request_id": "d9835609", "status": "accepted", "created_at": "…"})
MISSING = {"loc": ["body", "messages", 0, "recipients"], "msg": "field required", "type": "x"}


def test_the_request_is_the_documented_one(d7, server, hello):
    server.plays(ACCEPTED)

    d7.send(replace(hello, report_url="https://crm.example/webhooks/d7/t0ken/?reference=7"))

    (request,) = server.received
    assert request.target == "/messages/v1/send"
    assert request.headers["authorization"] == f"Bearer {CREDENTIAL}"
    assert request.json == {
        "messages": [
            {
                "channel": "sms",
                "recipients": ["+12125550142"],
                "content": "Hello Wörld €",
                "msg_type": "text",
                "data_coding": "text",
            }
        ],
        "message_globals": {
            "originator": "+12125550100",
            "tag": hello.reference,
            "report_url": "https://crm.example/webhooks/d7/t0ken/?reference=7",
        },
    }


def test_the_report_address_holds_a_secret_and_is_not_shown(d7, server, hello):
    server.plays(ACCEPTED)

    receipt = d7.send(replace(hello, report_url="https://crm.example/webhooks/d7/t0ken/"))

    assert "t0ken" not in receipt.exchange.request
    assert "Hello" in receipt.exchange.request


def test_other_alphabets_travel_as_unicode(d7, server, hello):
    server.plays(ACCEPTED)

    d7.send(replace(hello, text="Привет", encoding="UCS-2"))

    (message,) = server.received[0].json["messages"]
    assert message["data_coding"] == "unicode"
    assert "report_url" not in server.received[0].json["message_globals"]


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (datetime(2026, 11, 22, 9, 0, tzinfo=UTC), "2026-11-22T09:00+00:00"),
        (datetime(2026, 11, 22, 9, 0, 1, tzinfo=UTC), "2026-11-22T09:01+00:00"),
        (
            datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2026-11-22T03:30+00:00",
        ),
    ],
)
def test_a_later_text_is_scheduled_to_the_minute_and_never_early(d7, server, hello, at, sent):
    server.plays(ACCEPTED)

    d7.send(replace(hello, send_at=at))

    assert server.received[0].json["message_globals"]["schedule_time"] == sent


def test_a_rejected_200_is_a_refusal(d7, server, hello):
    server.plays(answer(200, {"request_id": "d98", "status": "rejected"}))

    with pytest.raises(Refused):
        d7.send(hello)


@pytest.mark.parametrize("status", [None, 1, "", "odd", ["accepted"]])
def test_a_200_of_any_other_status_is_unknown(d7, server, hello, status):
    server.plays(answer(200, {"request_id": "d98", "status": status}))

    with pytest.raises(OutcomeUnknown):
        d7.send(hello)


@pytest.mark.parametrize(
    ("status", "detail", "kind", "reason", "code"),
    [
        (401, {"code": "ACCESS_TOKEN_EXPIRED"}, Misconfigured, "unauthorised", ...),
        (400, {"code": "APPLICATION_NOT_EXISTS"}, Misconfigured, "unauthorised", ...),
        (402, [{"code": "INSUFFICIENT_CREDIT"}], Misconfigured, "no_credit", ...),
        (400, {"code": "INVALID_PHONE_NUMBER"}, Refused, "invalid_number", ...),
        (400, {"code": "ROUTING_NOT_FOUND"}, Refused, "no_route", ...),
        (412, None, Refused, "no_route", "412"),
        (422, [MISSING], Refused, "invalid_number", "recipients"),
        (422, [{"loc": ["body", "content"], "msg": "x"}], Refused, "empty_text", "content"),
        (422, [{"loc": "body"}], Refused, "rejected", "422"),
        (422, [], Refused, "rejected", "422"),
        (403, "Not yours", Misconfigured, "forbidden", "403"),
        (429, {"code": "SLOW", "message": "Down"}, Throttled, "throttled", "SLOW"),
        (500, {"code": "INVALID_PHONE_NUMBER"}, OutcomeUnknown, "gateway_error", ...),
    ],
)
def test_detail_explains_a_refusal_in_all_its_shapes(
    d7, server, hello, status, detail, kind, reason, code
):
    server.plays(answer(status, {"detail": detail}))

    with pytest.raises(GatewayError) as caught:
        d7.send(hello)

    error = caught.value
    one = detail[0] if isinstance(detail, list) and detail else detail
    assert (type(error), error.reason) == (kind, reason)
    assert error.code == (one["code"] if code is ... else code)


def test_a_string_of_detail_is_kept(d7, server, hello):
    server.plays(answer(403, {"detail": "Not yours"}))

    with pytest.raises(Misconfigured) as caught:
        d7.send(hello)

    assert caught.value.detail == "Not yours"


def test_a_look_up_asks_for_their_id(d7, server):
    entry = {"msg_id": "m", "recipient": "+12125550142", "status": "not_reachable"}
    server.plays(answer(200, {"request_id": "a/b", "messages": [entry]}))

    report = d7.look_up(Question("ours", "a/b"))

    assert server.received[0].target == "/report/v1/message-log/a%2Fb"
    assert report == DeliveryReport(
        "undelivered", "a/b", "ours", "+12125550142", "absent", "not_reachable"
    )


def test_a_text_without_their_id_cannot_be_looked_up(d7):
    with pytest.raises(NotSupported):
        d7.look_up(Question("ours", ""))


@pytest.mark.parametrize(
    "play",
    [
        answer(404, {"detail": {"code": "MESSAGE_LOG_NOT_EXISTS"}}),
        answer(200, {"messages": []}),
        answer(200, {"messages": [{"status": "odd"}]}),
        answer(200, "nothing"),
    ],
)
def test_a_text_that_has_an_id_is_never_said_to_be_unseen(d7, server, play):
    server.plays(play)

    with pytest.raises(OutcomeUnknown):
        d7.look_up(Question("ours", "d98"))


def test_the_balance(d7, server):
    server.plays(answer(200, {"balance": 99.9999999}))

    assert d7.balance() == "99.9999999"
    assert not isinstance(d7, TellsPrices)  # its receipts say nothing of them


def test_a_report_as_a_urlencoded_form(d7, webhook):
    (report,) = d7.receive(webhook("d7_dlr.form", query={"reference": "ours"}))

    assert report == DeliveryReport(
        "undelivered",
        "d9835609-a4e0-10ea-a26a-eeafbe700fef",
        "ours",
        "+12125550142",
        "undelivered",
        "un_delivered",
    )


def test_a_report_as_a_multipart_form(d7, webhook):
    request = webhook("d7_dlr.multipart", content_type="multipart/form-data; boundary=b0undary")

    (report,) = d7.receive(request)

    assert (report.status, report.to) == ("delivered", "+12125550142")
    assert report.external_id == "d9835609-a4e0-10ea-a26a-eeafbe700fef"


def test_an_inbound_text(d7, webhook):
    assert d7.receive(webhook("d7_mo.form")) == [
        InboundText("+12125550142", "+12125550100", "Stop it…", "mo-17")
    ]


def test_a_report_of_an_unknown_status_changes_nothing(d7, webhook):
    request = webhook(b"request_id=1&status=pondering", content_type="application/x-www-form")

    assert d7.receive(request) == []
