"""What was written for D7 texts through us: one request, many texts, and what became of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from messaging import consent, tokens
from messaging.models import Message, Number, Status

GLOBALS = {"originator": "+12125550100", "report_url": None, "tag": None}


def body(*recipients: str, **common: Any) -> dict[str, Any]:
    text = {"channel": "sms", "recipients": list(recipients), "content": "Hi", "msg_type": "text"}
    return {"messages": [text], "message_globals": GLOBALS | common}


def send(secret: str, given: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(
        "/messages/v1/send",
        given if isinstance(given, bytes) else json.dumps(given),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def log_of(secret: str, request_id: str) -> Any:
    bearer = {"Authorization": f"Bearer {secret}"}
    return Client().get(f"/report/v1/message-log/{request_id}", headers=bearer)


def test_many_are_texted_by_one_request_and_found_again(
    secret: str, carol: Contact, number: Number
) -> None:
    answer = send(secret, body("+12125550123", "12125550124")).json()
    Message.objects.filter(contact=carol).update(
        status=Status.DELIVERED, sent_at=timezone.now(), settled_at=timezone.now()
    )
    log = log_of(secret, answer["request_id"]).json()

    assert answer["status"] == "accepted"
    assert log["total_recipients"] == Message.objects.count() == 2
    assert [(row["recipient"], row["status"]) for row in log["messages"]] == [
        ("+12125550123", "delivered"),
        ("+12125550124", "scheduled"),
    ]


def test_different_words_for_different_people(secret: str, number: Number) -> None:
    words = {"+12125550123": "Hi Carol", "+12125550124": "Hi Dan"}
    texts = [{"recipients": [to], "content": text} for to, text in words.items()]

    send(secret, {"messages": texts, "message_globals": {"channel": "sms"}})

    assert dict(Message.objects.values_list("phone", "text")) == words


def test_one_bad_recipient_does_not_stop_the_others(secret: str, number: Number) -> None:
    consent.opt_out("+12125550124", source="reply", words="STOP")

    answer = send(secret, body("+12125550124", "\ud800", "+12125550123"))
    log = log_of(secret, answer.json()["request_id"]).json()

    assert Message.objects.get().phone == "+12125550123"
    assert [row["status"] for row in log["messages"]] == ["scheduled", *["un_delivered"] * 2]


@pytest.mark.parametrize(
    ("to", "code"), [("12", "INVALID_PHONE_NUMBER"), ("+12125550124", "MESSAGE_REFUSED")]
)
def test_where_nobody_can_be_texted_it_is_an_error(
    secret: str, number: Number, to: str, code: str
) -> None:
    consent.opt_out("+12125550124", source="reply", words="STOP")

    answer = send(secret, body(to))

    assert (answer.status_code, answer.json()["detail"]["code"]) == (400, code)
    assert not Message.objects.exists()


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M+00:00", "%Y-%m-%dT%H:%M:00+0000", "apart"])
def test_a_time_is_understood_in_three_forms(secret: str, number: Number, form: str) -> None:
    at = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)
    local = (at + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M:%S")
    apart = {"schedule_time": local, "schedule_utc_offset": "+04:00"}

    send(
        secret,
        body(
            "+12125550123", **(apart if form == "apart" else {"schedule_time": at.strftime(form)})
        ),
    )

    assert Message.objects.get().send_after == at


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ([], []),
        ({}, ["messages"]),
        ({"messages": [1]}, ["messages", 0]),
        ({"messages": [{"content": "Hi"}]}, ["messages", 0, "recipients"]),
        ({"messages": [{"recipients": ["+12125550123"]}]}, ["messages", 0, "content"]),
        ({"messages": [{"recipients": [7], "content": "Hi"}]}, ["messages", 0, "recipients"]),
        (
            {"messages": [{"recipients": ["12"], "content": "Hi", "data_coding": "x"}]},
            ["messages", 0, "data_coding"],
        ),
        (
            body("+12125550123", schedule_time="2021-08-05T12:52+05:30"),
            ["message_globals", "schedule_time"],
        ),
        (
            body("+12125550123", schedule_time="0001-01-01T00:00+05:30"),
            ["message_globals", "schedule_time"],
        ),
        (body("+12125550123", schedule_time="soon"), ["message_globals", "schedule_time"]),
        (body(*["+12125550123"] * 101), ["messages"]),
        (
            body("+12125550123", channel=["sms"])
            | {"messages": [{"channel": "viber", "content": "Hi", "recipients": ["1"]}]},
            ["messages", 0, "channel"],
        ),
    ],
)
def test_what_is_wrong_is_named(secret: str, number: Number, given: Any, where: list[Any]) -> None:
    answer = send(secret, given)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *where]
    assert not Message.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[" * 60_000])
def test_a_body_that_is_no_json_is_refused(secret: str, raw: bytes) -> None:
    assert send(secret, raw).status_code == 400


def test_an_originator_has_to_be_ours(secret: str, number: Number) -> None:
    answers = [send(secret, body("+12125550123", originator=o)) for o in ("SignOTP", "\ud800\x00")]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_strangers_stay_out(reader: str, secret: str, bob: User, number: Number) -> None:
    bobs = tokens.issue(bob, name="Bob's")[1]
    made = send(secret, body("+12125550123")).json()["request_id"]

    refused = [send(words, body("+12125550123")) for words in ("", "nonsense", reader)]

    assert [answer.status_code for answer in refused] == [401] * 3
    assert log_of("", made).status_code == 401
    assert [log_of(bobs, one).status_code for one in (made, "nonsense", "%00")] == [404] * 3
    assert log_of(reader, made).status_code == 200
    assert Message.objects.count() == 1
