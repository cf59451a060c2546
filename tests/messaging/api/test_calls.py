"""Calls asked for by the API: by the door of `call:` comments, and refused as it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings

from contacts.models import Contact
from messaging import consent, wire
from messaging.hooks import payloads
from messaging.models import Channel, Delivery, Hook, Message, Number, Status
from tests.messaging.api.conftest import Call

READY = {"to": "+12125550123", "text": "Your car is ready", "channel": "call"}


@pytest.fixture
def d7(settings: LazySettings, number: Number) -> Number:
    """Our number, at a gateway that carries no calls."""
    settings.GATEWAYS = {"d7": {"token": "token-for-tests", "base_url": "http://127.0.0.1:9"}}
    wire.forget()
    Number.objects.update(gateway="d7")
    return number


def test_a_call_is_queued_with_words_for_whom_it_is(
    call: Call, carol: Contact, number: Number
) -> None:
    asked = {"contact": carol.pk, "text": "Hello {first_name}", "channel": "call"}

    answer = call("POST", "/messages", asked)

    message = Message.objects.get()
    assert (answer.status_code, answer.data["channel"]) == (202, "call")
    assert (answer.data["text"], answer.data["segments"]) == ("Hello Carol", 0)
    assert (message.channel, message.status, message.encoding) == (Channel.CALL, Status.QUEUED, "")
    assert carol.comments.get().track.message == message


@pytest.mark.parametrize("said", [{}, {"channel": "sms"}])
def test_without_a_word_it_is_a_text(call: Call, number: Number, said: dict[str, str]) -> None:
    answer = call("POST", "/messages", {"to": "+12125550123", "text": "Hi"} | said)

    assert (answer.status_code, answer.data["channel"]) == (202, "sms")
    assert Message.objects.get().segments == 1


def test_lists_tell_calls_from_texts(call: Call, number: Number) -> None:
    spoken = call("POST", "/messages", READY).data["id"]
    written = call("POST", "/messages", READY | {"channel": "sms"}).data["id"]

    def listed(query: str) -> list[tuple[int, str]]:
        rows = call("GET", f"/messages{query}").data["items"]
        return [(row["id"], row["channel"]) for row in rows]

    assert listed("?channel=call") == [(spoken, "call")]
    assert listed("?channel=sms") == [(written, "sms")]
    assert set(listed("")) == {(spoken, "call"), (written, "sms")}


def test_the_same_key_calls_once(call: Call, number: Number) -> None:
    first, second = (call("POST", "/messages", READY, **{"Idempotency-Key": "a1"}) for _ in "ab")
    text = READY | {"channel": "sms"}
    other = call("POST", "/messages", text, **{"Idempotency-Key": "a1"})

    assert (second.status_code, second.data) == (202, first.data)
    assert other.status_code == 409
    assert Message.objects.count() == 1


def test_a_gateway_that_cannot_call_is_a_problem_like_any_other(call: Call, d7: Number) -> None:
    answer = call("POST", "/messages", READY)

    refused_as_a_problem(
        answer, "cannot call: D7 Networks carries texts, Viber and WhatsApp. Choose"
    )


def test_whoever_opted_out_is_not_called(call: Call, number: Number) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    answer = call("POST", "/messages", READY)

    refused_as_a_problem(answer, "and so is not called either")


def test_who_has_no_phone_cannot_be_called(call: Call, carol: Contact, number: Number) -> None:
    carol.phones.all().delete()

    answer = call("POST", "/messages", {"contact": carol.pk, "text": "Hi", "channel": "call"})

    refused_as_a_problem(answer, "Carol has no phone number to call.")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"to": None}, "Say whom to call"),
        ({"to": "12"}, "to: "),
        ({"from": "+12125550199"}, "from: This is none of our numbers."),
        ({"text": "a" * 1001}, "a call speaks at most 1,000"),
        ({"channel": "fax"}, "channel: "),
        ({"channel": None}, "channel: "),
    ],
)
def test_what_makes_no_call_says_why(
    call: Call, number: Number, changes: dict[str, Any], why: str
) -> None:
    answer = call("POST", "/messages", READY | changes)

    refused_as_a_problem(answer, why)


def test_webhooks_say_that_it_was_a_call(call: Call, number: Number) -> None:
    Hook.objects.create(url="http://127.0.0.1:9/", on_status=True)
    pk = call("POST", "/messages", READY).data["id"]
    call("POST", f"/messages/{pk}/cancel")

    news = Delivery.objects.get()
    payloads.put_into_words(news)

    told = json.loads(news.body)["data"]
    assert (told["id"], told["channel"], told["status"]) == (pk, "call", "cancelled")


def test_the_description_says_what_channels_there_are(call: Call) -> None:
    channels = ["sms", "call", "viber", "whatsapp"]

    told = call("GET", "/openapi.json").data

    filters = told["paths"]["/api/v1/messages"]["get"]["parameters"]
    (channel,) = (one for one in filters if one["name"] == "channel")
    assert channel["schema"] == {"type": "string", "enum": channels}
    assert told["components"]["schemas"]["Channel"]["enum"] == channels
    for schema in ("MessageIn", "MessageTold"):
        assert "channel" in told["components"]["schemas"][schema]["properties"]


def refused_as_a_problem(answer: Any, why: str) -> None:
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert why in answer.data["detail"]
    assert not Message.objects.exists()
