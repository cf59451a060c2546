"""Messages in Viber and WhatsApp asked for by the API: by the door of their comments."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from contacts.models import Contact
from messaging import consent, wire
from messaging.models import Message, Number, Status
from tests.messaging.api.conftest import Call

APPS = {"viber": "Viber", "whatsapp": "WhatsApp"}


@pytest.fixture(params=APPS)
def app(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ready(app: str) -> dict[str, Any]:
    return {"to": "+12125550123", "text": "Your car is ready", "channel": app}


def test_it_is_queued_with_words_for_whom_it_is(
    call: Call, carol: Contact, number: Number, app: str
) -> None:
    asked = {"contact": carol.pk, "text": "Hello {first_name}", "channel": app}

    answer = call("POST", "/messages", asked)

    message = Message.objects.get()
    assert (answer.status_code, answer.data["channel"]) == (202, app)
    assert (answer.data["text"], answer.data["segments"]) == ("Hello Carol", 0)
    assert (message.channel, message.status, message.encoding) == (app, Status.QUEUED, "")
    assert carol.comments.get().track.message == message


def test_lists_are_narrowed_down_to_it(
    call: Call, number: Number, ready: dict[str, Any], app: str
) -> None:
    mine = call("POST", "/messages", ready).data["id"]
    call("POST", "/messages", ready | {"channel": "sms"})

    found = call("GET", f"/messages?channel={app}").data["items"]

    assert [(row["id"], row["channel"]) for row in found] == [(mine, app)]


def test_the_same_key_writes_once(call: Call, number: Number, ready: dict[str, Any]) -> None:
    first, second = (call("POST", "/messages", ready, **{"Idempotency-Key": "a1"}) for _ in "ab")

    assert (second.status_code, second.data) == (202, first.data)
    assert Message.objects.count() == 1


def test_a_gateway_that_does_not_carry_it_is_a_problem_like_any_other(
    call: Call, number: Number, settings: LazySettings, ready: dict[str, Any], app: str
) -> None:
    settings.GATEWAYS = {"smrtphone": {"token": "for-tests", "base_url": "http://127.0.0.1:9"}}
    wire.forget()
    Number.objects.update(gateway="smrtphone")

    answer = call("POST", "/messages", ready)

    refused(answer, f"cannot text by {APPS[app]}: smrtPhone carries texts only. Choose another")


def test_whoever_opted_out_is_not_written_to(
    call: Call, number: Number, ready: dict[str, Any], app: str
) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    refused(call("POST", "/messages", ready), f"and so is not texted by {APPS[app]} either")


def test_who_has_no_phone_cannot_be_written_to(
    call: Call, carol: Contact, number: Number, app: str
) -> None:
    carol.phones.all().delete()

    answer = call("POST", "/messages", {"contact": carol.pk, "text": "Hi", "channel": app})

    refused(answer, f"Carol has no phone number to text by {APPS[app]}.")


def test_what_is_too_long_says_how_much_fits(
    call: Call, number: Number, ready: dict[str, Any], app: str
) -> None:
    answer = call("POST", "/messages", ready | {"text": "a" * 4_097})

    refused(answer, f"This is too long for {APPS[app]}: 4,097 characters, and at most")


def refused(answer: Any, why: str) -> None:
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert why in answer.data["detail"]
    assert not Message.objects.exists()
