"""Messages in Viber and WhatsApp by D7, against a real server on this machine."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from messaging.gateways import ADAPTERS
from messaging.gateways.base import CarriesChannels, DeliveryReport, Question
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    NotSupported,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unreachable,
)
from messaging.gateways.reasons import SENTENCES

from .conftest import CREDENTIAL, HASTE, KINDS
from .server import answer, drip, hang
from .test_contract import BROKEN, HEAD

REPORTS = "https://crm.example/webhooks/d7/t0ken/?reference=7&channel="
ACCEPTED = answer(
    200, {"request_id": "f44e-01", "status": "accepted", "created_at": "2026-11-28T09:00:00Z"}
)
LOGS = {"viber": "/report/v1/viber-log/f44e-01", "whatsapp": "/whatsapp/v2/report/f44e-01"}
WINDOW = "Message failed to send because more than 24 hours have passed since they last replied."


@pytest.fixture(params=["viber", "whatsapp"])
def channel(request):
    return request.param


@pytest.fixture
def message(hello, channel):
    return replace(hello, channel=channel, encoding="", report_url=REPORTS + channel)


def failing(gateway, outgoing):
    with pytest.raises(GatewayError) as caught:
        gateway.send(outgoing)
    return caught.value


def test_the_adapters_say_who_carries_them(channel):
    carriers = {name for name, kind in ADAPTERS.items() if channel in getattr(kind, "channels", ())}

    assert carriers == {"d7", "simulator"}
    assert isinstance(KINDS["d7"].at("http://127.0.0.1:9"), CarriesChannels)


def test_a_viber_message_is_one_documented_request(d7, server, hello):
    server.plays(ACCEPTED)

    receipt = d7.send(replace(hello, channel="viber", report_url=REPORTS + "viber"))

    (request,) = server.received
    assert (request.method, request.target) == ("POST", "/viber/v1/send")
    assert request.headers["authorization"] == f"Bearer {CREDENTIAL}"
    assert request.json == {
        "messages": [
            {
                "channel": "viber",
                "recipients": ["+12125550142"],
                "content": "Hello Wörld €",
                "label": "PROMOTION",
            }
        ],
        "message_globals": {"originator": "+12125550100", "call_back_url": REPORTS + "viber"},
    }
    assert (receipt.external_id, receipt.segments) == ("f44e-01", None)


def test_viber_is_told_what_messages_are_as_it_was_set_up(server, hello):
    server.plays(ACCEPTED)

    KINDS["d7"].build(CREDENTIAL, server.url, viber_label="TRANSACTION").send(
        replace(hello, channel="viber")
    )

    (sent,) = server.received
    assert sent.json["messages"][0]["label"] == "TRANSACTION"
    assert sent.json["message_globals"] == {"originator": "+12125550100"}


def test_a_whatsapp_message_is_one_documented_request(d7, server, hello):
    server.plays(ACCEPTED)

    receipt = d7.send(replace(hello, channel="whatsapp", report_url=REPORTS + "whatsapp"))

    (request,) = server.received
    assert (request.method, request.target) == ("POST", "/whatsapp/v2/send")
    assert request.headers["authorization"] == f"Bearer {CREDENTIAL}"
    assert request.json == {
        "messages": [
            {
                "originator": "+12125550100",
                "content": {"message_type": "TEXT", "text": {"body": "Hello Wörld €"}},
                "recipients": [{"recipient": "+12125550142", "recipient_type": "individual"}],
                "report_url": REPORTS + "whatsapp",
            }
        ]
    }
    assert receipt.external_id == "f44e-01"


def test_the_report_address_is_not_shown(d7, server, message):
    server.plays(ACCEPTED)

    receipt = d7.send(message)

    assert "t0ken" not in receipt.exchange.request
    assert "Hello" in receipt.exchange.request


def test_nothing_is_scheduled_and_so_nothing_leaves_early(d7, server, message):
    error = failing(d7, replace(message, send_at=datetime(2026, 11, 28, 9, 0, tzinfo=UTC)))

    assert (type(error), error.reason) == (Refused, "cannot_schedule")
    assert not server.received


@pytest.mark.parametrize("play", BROKEN.values(), ids=BROKEN)
def test_whatever_happens_after_the_request_was_written_leaves_the_outcome_unknown(
    d7, server, message, play
):
    server.plays(play)

    error = failing(d7, message)

    assert type(error) is OutcomeUnknown
    assert error.reason in SENTENCES
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "play", [hang, drip(HEAD + b"Content-Length: 5000\r\n\r\n", b"1")], ids=["silence", "drops"]
)
def test_a_gateway_that_takes_its_time_leaves_the_outcome_unknown(server, message, play):
    server.plays(play)

    error = failing(KINDS["d7"].at(server.url, deadline=HASTE), message)

    assert (type(error), error.reason) == (OutcomeUnknown, "timeout")
    assert len(server.received) == 1


def test_a_refused_connection_never_got_there(message):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    assert type(failing(KINDS["d7"].at(f"http://127.0.0.1:{port}"), message)) is Unreachable


@pytest.mark.parametrize("status", [None, 1, "", "odd", ["accepted"]])
def test_a_200_of_any_other_status_is_unknown(d7, server, message, status):
    server.plays(answer(200, {"request_id": "f44e-01", "status": status}))

    assert type(failing(d7, message)) is OutcomeUnknown


@pytest.mark.parametrize(
    ("status", "detail", "kind", "reason", "words"),
    [
        (400, {"code": "NO_WINDOW", "message": WINDOW}, Refused, "rejected", WINDOW),
        (400, [{"code": "NO_WINDOW", "message": WINDOW}], Refused, "rejected", WINDOW),
        (400, WINDOW, Refused, "rejected", WINDOW),
        (404, {"code": "ODD", "message": "No such thing"}, Refused, "rejected", "No such thing"),
        (
            422,
            [{"loc": ["body", "messages", 0, "recipients", 0, "recipient"], "msg": "not valid"}],
            *(Refused, "invalid_number", "not valid"),
        ),
        (
            422,
            [{"loc": ["body", "messages", 0, "originator"], "msg": "field required"}],
            *(Refused, "invalid_sender", "field required"),
        ),
        (401, {"code": "ACCESS_TOKEN_EXPIRED", "message": "x"}, Misconfigured, "unauthorised", "x"),
        (402, [{"code": "INSUFFICIENT_CREDIT", "message": "x"}], Misconfigured, "no_credit", "x"),
        (429, "Slower", Throttled, "throttled", "Slower"),
    ],
)
def test_detail_explains_a_refusal_in_all_its_shapes(
    d7, server, message, status, detail, kind, reason, words
):
    server.plays(answer(status, {"detail": detail}))

    error = failing(d7, message)

    assert (type(error), error.reason, error.detail) == (kind, reason, words)


def test_an_account_that_may_not_use_an_app_goes_on_texting(d7, server, message, hello):
    server.plays(answer(403, {"detail": "Not for you"}))

    error = failing(d7, message)

    assert (type(error), error.reason, error.detail) == (Refused, "no_such_channel", "Not for you")
    assert error.exchange.status == 403
    assert type(failing(d7, hello)) is Misconfigured


def test_a_rejected_200_is_a_refusal_with_its_words(d7, server, message):
    server.plays(answer(200, {"status": "rejected", "detail": WINDOW}))

    error = failing(d7, message)

    assert (type(error), error.detail) == (Refused, WINDOW)


@pytest.mark.parametrize(
    ("status", "ours", "reason"),
    [
        ("sent", "sent", ""),
        ("queued", "sent", ""),
        ("delivered", "delivered", ""),
        ("read", "delivered", ""),
        ("undelivered", "undelivered", "undelivered"),
        ("un_delivered", "undelivered", "undelivered"),
        ("failed", "failed", "rejected"),
    ],
)
def test_it_is_looked_up_in_its_own_log(d7, server, message, channel, status, ours, reason):
    entry = {"msg_id": "m", "recipient": "12125550142", "status": status, "reason": "Because"}
    server.plays(answer(200, {"request_id": "f44e-01", "messages": [entry]}))

    report = d7.look_up(Question(message.reference, "f44e-01", to=message.to, channel=channel))

    assert server.received[0].target == LOGS[channel]
    assert report == DeliveryReport(
        *(ours, "f44e-01", message.reference, "+12125550142", reason, status, "Because"),
        channel=channel,
    )


@pytest.mark.parametrize(
    "play",
    [
        answer(404, {"detail": {"code": "WHATSAPP_LOG_NOT_EXISTS"}}),
        answer(200, {"messages": []}),
        answer(200, {"messages": [{"recipient": "+12125550142", "status": "pondering"}]}),
        answer(200, {"messages": [{"recipient": "+12125550199", "status": "read"}]}),
    ],
)
def test_one_that_has_an_id_is_never_said_to_be_unseen(d7, server, message, channel, play):
    server.plays(play)

    with pytest.raises(OutcomeUnknown):
        d7.look_up(Question("ours", "f44e-01", to=message.to, channel=channel))


def test_without_their_id_nobody_can_be_asked(d7, server, message, channel):
    with pytest.raises(NotSupported):
        d7.look_up(Question("ours", to=message.to, channel=channel))

    assert not server.received


def test_texts_know_no_words_of_apps(d7, server, webhook):
    server.plays(answer(200, {"messages": [{"recipient": "+12125550142", "status": "read"}]}))

    with pytest.raises(OutcomeUnknown):
        d7.look_up(Question("ours", "d98", to="+12125550142"))
    assert d7.receive(webhook(json.dumps({"request_id": "1", "status": "read"}).encode())) == []


def test_whatsapp_reports_as_json_whether_its_address_is_ours_or_the_dashboards(d7, webhook):
    ours = {"reference": "ours", "channel": "whatsapp"}

    (at_our_address,) = d7.receive(webhook("d7_whatsapp_dlr.json", query=ours))
    (from_the_dashboard,) = d7.receive(webhook("d7_whatsapp_dlr.json"))

    assert at_our_address == DeliveryReport(
        *("delivered", "f44e3f43-6d4e-4e46-becd-21993f3dcb8e", "ours", "+12125550142"),
        *("", "read", "Read by the user"),
        channel="whatsapp",
    )
    assert from_the_dashboard == replace(at_our_address, reference="")


def test_viber_reports_in_the_form_of_a_text(d7, webhook):
    ours = {"reference": "ours", "channel": "viber"}

    (report,) = d7.receive(webhook("d7_dlr.form", query=ours))

    assert (report.status, report.reference, report.channel) == ("undelivered", "ours", "viber")


@pytest.mark.parametrize(
    "told",
    [
        {"event_type": "DELIVERY_EVENTS", "status": "pondering"},
        {"event_type": "DELIVERY_EVENTS", "status": {"status": "read"}},
        {"event_type": "DELIVERY_EVENTS", "status": ["read"]},
        {"event_type": "DELIVERY_EVENTS"},
        {"event_type": "USER_EVENTS", "sender": "+12125550142", "text": {"body": "Stop"}},
        {"event_type": None, "status": None, "request_id": {}},
    ],
)
def test_a_word_or_a_form_nobody_knows_says_nothing(d7, webhook, channel, told):
    body = json.dumps(told).encode()

    assert d7.receive(webhook(body)) == []
    assert d7.receive(webhook(body, query={"reference": "x", "channel": channel})) == []


def test_the_simulator_carries_them_without_counting_segments(simulator, message):
    receipt = simulator.send(replace(message, to="+12125550100"))

    assert receipt.segments is None
    assert receipt.external_id


@pytest.fixture
def simulator():
    return ADAPTERS["simulator"](webhook_url="http://127.0.0.1:9/")
