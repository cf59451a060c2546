"""The door for gateways: who may knock, and what is answered whatever they say."""

import time

import pytest
from django.db import DatabaseError
from django.test import Client

from messaging import wire
from messaging.models import Event, Message, Recipient
from tests.messaging.webhooks import CAROLS, OURS, PAYLOADS, TOKEN, inbound, post, report, signature

pytestmark = pytest.mark.usefixtures("gateways")
GATEWAYS = ["smrtphone", "seven", "d7", "simulator"]
SECRET = "a-signing-secret"


@pytest.fixture
def signed(settings):
    settings.GATEWAYS["seven"]["signing_secret"] = SECRET
    wire.forget()


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_text_that_comes_in_is_stored_and_shown(gateway, carol, number):
    answer = inbound(gateway, "On my way")

    message = Message.objects.get()
    assert answer.status_code == 200
    assert (message.text, message.contact, message.number) == ("On my way", carol, number)
    assert (message.gateway, message.status) == (gateway, "received")
    assert Event.objects.get().state == "applied"


@pytest.mark.parametrize(
    ("gateway", "status", "after"),
    [
        ("smrtphone", "delivered", "delivered"),
        ("smrtphone", "undelivered", "undelivered"),
        ("seven", "DELIVERED", "delivered"),
        ("seven", "NOTDELIVERED", "undelivered"),
        ("seven", "FAILED", "failed"),
        ("d7", "delivered", "delivered"),
        ("d7", "un_delivered", "undelivered"),
        ("simulator", "delivered", "delivered"),
    ],
)
def test_a_delivery_report_moves_its_text(gateway, status, after, sent):
    message = sent(gateway=gateway)

    answer = report(gateway, status, external_id=message.external_id)

    message.refresh_from_db()
    assert (answer.status_code, message.status) == (200, after)


def test_d7_finds_a_text_by_the_reference_in_the_address_it_was_given(sent):
    message = sent(gateway="d7", external_id="")

    post("d7", "d7_dlr.form", query=f"?reference={message.reference}")

    message.refresh_from_db()
    assert (message.status, message.external_id) == (
        "undelivered",
        "d9835609-a4e0-10ea-a26a-eeafbe700fef",
    )


@pytest.mark.parametrize("name", sorted(path.name for path in PAYLOADS.iterdir()))
def test_every_payload_of_every_gateway_is_understood_and_kept_as_it_came(name, number):
    gateway = name.partition("_")[0]

    answer = post(gateway, name)

    event = Event.objects.get()
    assert answer.status_code == 200
    assert event.state in {"applied", "parked"}
    assert bytes(event.body) == (PAYLOADS / name).read_bytes()
    assert TOKEN not in event.url


@pytest.mark.parametrize("token", ["wrong", TOKEN[:-1], TOKEN + "x", "%00", "ü"])
def test_a_wrong_token_finds_nothing_and_leaves_nothing(token, db):
    answer = post("seven", "seven_sms_mo.json", token=token)

    assert answer.status_code == 404
    assert not Event.objects.exists()


def test_without_a_token_of_ours_nothing_is_let_in(settings, db):
    settings.WEBHOOK_TOKEN = ""

    assert post("seven", "seven_sms_mo.json", token="").status_code == 404
    assert post("seven", "seven_sms_mo.json", token=",").status_code == 404


def test_two_tokens_are_good_while_one_replaces_the_other(settings, number):
    settings.WEBHOOK_TOKEN = "a-new-token-0123456789-abcdefghij, an-old-token-0123456789-abcdefghij"

    assert post("d7", "d7_mo.form", token="a-new-token-0123456789-abcdefghij").status_code == 200
    assert post("d7", "d7_mo.form", token="an-old-token-0123456789-abcdefghij").status_code == 200


def test_an_unknown_gateway_is_not_found_and_neither_is_the_simulator_outside_demo_mode(
    settings, db
):
    settings.DEMO = False

    assert post("twilio", {}).status_code == 404
    assert post("simulator", {}).status_code == 404


def test_what_a_gateway_says_while_its_credential_is_missing_is_kept_for_later(settings, number):
    credential = settings.GATEWAYS["seven"].pop("api_key")
    wire.forget()

    answer = inbound("seven", "STOP")

    assert (answer.status_code, Event.objects.get().state) == (200, "stored")
    settings.GATEWAYS["seven"]["api_key"] = credential


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head", "options"])
def test_only_seven_speaks_with_get_and_nobody_otherwise_than_with_post(gateway, method, db):
    answer = getattr(Client(), method)(f"/webhooks/{gateway}/{TOKEN}/")

    assert answer.status_code == (200 if (gateway, method) == ("seven", "get") else 405)


def test_seven_can_report_in_a_query(sent):
    message = sent()
    query = "webhook_event=dlr&data[msg_id]=77149843739&data[status]=DELIVERED"

    Client().get(f"/webhooks/seven/{TOKEN}/?{query}")

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_good_signature_lets_a_webhook_in(signed, number):
    body = (PAYLOADS / "seven_sms_mo.json").read_bytes()

    answer = post("seven", "seven_sms_mo.json", **signature(body, SECRET))

    assert (answer.status_code, Message.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature": "0" * 64, "X-Timestamp": "1", "X-Nonce": "n"},
        signature(b"another body", SECRET),
        signature((PAYLOADS / "seven_sms_mo.json").read_bytes(), "another-secret"),
        signature((PAYLOADS / "seven_sms_mo.json").read_bytes(), SECRET, at=time.time() - 4_000),
    ],
)
def test_a_wrong_signature_is_kept_in_quarantine_and_asked_for_again(headers, signed, number):
    answer = post("seven", "seven_sms_mo.json", **headers)

    event = Event.objects.get()
    assert (answer.status_code, event.state, event.verified) == (503, "quarantined", False)
    assert not Message.objects.exists()


def test_64_kilobytes_are_enough_for_everybody(number):
    most = b'{"x": "' + b"a" * (64 * 1024 - 9) + b'"}'

    assert post("seven", most, kind="application/json").status_code == 200
    assert post("seven", most + b" ", kind="application/json").status_code == 413
    assert Event.objects.count() == 1


HOSTILE = [
    b"",
    b"\x00",
    b"\xff\xfe\xfa",
    b"{",
    b"[]",
    b"null",
    b"1e999",
    b"NaN",
    b'{"a":' * 5_000,
    b'{"event": ["smsIncoming"], "webhook_event": {"a": 1}, "mo_id": null}',
    b'{"event":"smsIncoming","smsId":{},"from":[1],"to":7,"message":null}',
    b'{"event":"smsIncoming","smsId":1,"from":"+12125550123","to":"+12125550100","message":7}',
    b'{"event":"smsIncoming","smsId":"\\u0000\\ud800","from":"\\ud800","to":"\\u0000","message":"x"}',
    b'{"event":"smsDeliveryCallback","smsId":true,"status":[]}',
    b'{"event":"addNumberToDNT","phone":"' + b"9" * 400 + b'"}',
    b'{"event":"addNumberToDNT","phone":"","source":{"a":[]}}',
    b'{"event":"text","from":"ACME Shop","to":"12345","text":"","id":""}',
    b'{"event":"report","status":"delivered","reference":"\'; DROP TABLE x;--","id":"\\u0000"}',
    b'{"webhook_event":"sms_mo","data":"{"}',
    b'{"webhook_event":"sms_mo","data":{"sender":"1","system":"2","text":"x","time":"9e99"}}',
    b'{"webhook_event":"sms_mo","data":{"sender":"+12125550123","system":"+12125550100","time":-9}}',
    b'{"webhook_event":"dlr","data":{"msg_id":{"$ne":1},"status":"DELIVERED"}}',
    b"mo_id=1&sender=%00%ff&receiver=%ed%a0%80&text=%00",
    b"mo_id=1&sender=%2B12125550123&receiver=%2B12125550100&text=%00%ed%a0%80%ff",
    b"&".join(b"a%d=1" % n for n in range(300)),
    b"status=delivered&request_id=%00&recipient[]=1",
]


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.storage
def test_whatever_a_body_holds_it_is_stored_and_nothing_breaks(gateway, body, kind, number):
    answer = post(gateway, body, kind=kind)

    event = Event.objects.get()
    assert answer.status_code == 200
    assert bytes(event.body) == body
    assert event.state in {"applied", "parked", "rejected"}, event.problem


@pytest.mark.parametrize("kind", ["", "multipart/form-data", "text/\x80; boundary=\xff", "a" * 999])
@pytest.mark.parametrize("query", ["", "?reference=%00", "?a=%ff&a=%ed%a0%80", "?" + "a=1&" * 99])
@pytest.mark.storage
def test_odd_headers_and_queries_break_nothing_either(kind, query, number):
    answer = post("d7", b"--b0undary\r\nx", kind=kind, query=query, User_Agent="\x00\xff" * 300)

    assert answer.status_code == 200
    assert Event.objects.get().state in {"applied", "parked", "rejected"}


def test_what_cannot_be_stored_is_to_come_again(number, monkeypatch):
    def full(**_):
        raise DatabaseError("disk full")

    monkeypatch.setattr(Event.objects, "create", full)

    assert inbound("d7", "STOP").status_code == 503


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_stop_has_taken_effect_when_the_webhook_is_answered(gateway, carol, number):
    inbound(gateway, "STOP")

    assert Recipient.objects.get(pk=CAROLS).opted_out_at


def test_smrtphones_list_is_ours_too(number):
    post("smrtphone", "smrtphone_addNumberToDNT.json")
    post("smrtphone", "smrtphone_removeNumberFromDNT.json")

    row = Recipient.objects.get(pk="+12125550142")
    assert row.opted_out_at
    assert row.needs_review
    assert [event.words for event in row.events.all()] == ["admin", "STOP"]


def test_a_text_to_a_number_nobody_added_is_kept_under_it(carol, number):
    inbound("seven", "Hello?", to="+12125550177")

    message = Message.objects.get()
    assert (message.number.address, message.number.active) == ("+12125550177", False)
    assert message.contact == carol
    assert message.number.address != OURS
