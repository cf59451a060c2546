"""A flow written for smrtPhone texts through us, and what it may not do is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Contact
from messaging import consent
from messaging.models import Message, Number, Origin, Track

HI = {"from": "+12125550100", "to": "+12125550123", "message": "See you at {six}"}


def send(secret: str, given: Any, **more: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(
        "/sms/send", given, headers={"X-Auth-smrtPhone": secret}, **more
    )


def test_a_text_is_queued_with_its_history(
    secret: str, alice: User, carol: Contact, number: Number
) -> None:
    answer = send(secret, HI)

    message = Message.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"smsId": f"SM{message.reference.hex}"})
    assert (message.text, message.contact, message.number) == ("See you at {six}", carol, number)
    assert (message.origin, message.author) == (Origin.API, alice)
    assert Track.objects.get().comment.record == carol


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"message": " "}, "Missing required parameter(s): message"),
        ({"from": "+12125550199"}, "none of our numbers"),
        ({"from": "a\x00b"}, "none of our numbers"),
        ({"to": "12"}, "too short"),
        ({"to": "x" * 300}, "too long for a phone number"),
        ({"message": "x" * 2000}, "too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stored(
    secret: str, number: Number, change: dict[str, str], words: str
) -> None:
    answer = send(secret, HI | change)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert words in answer.content.decode()
    assert not Message.objects.exists()


def test_all_that_is_missing_is_named(secret: str) -> None:
    answer = send(secret, {})

    assert answer.content.decode() == "Missing required parameter(s): from, to, message"


def test_a_text_may_hold_what_no_database_takes(secret: str, number: Number) -> None:
    send(secret, HI | {"message": "a\x00b"})

    assert Message.objects.get().text == "ab"


def test_who_opted_out_is_not_texted(secret: str, number: Number) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    answer = send(secret, HI)

    assert (answer.status_code, Message.objects.count()) == (400, 0)
    assert "not to be texted" in answer.content.decode()


def test_strangers_and_readers_stay_out(reader: str, number: Number) -> None:
    statuses = [send(words, HI).status_code for words in ("", "nonsense", reader)]

    assert statuses == [403, 403, 403]
    assert not Message.objects.exists()


def test_bodies_that_cannot_be_read_are_refused(secret: str, number: Number) -> None:
    broken = send(secret, b"--x", content_type="multipart/form-data")
    huge = send(secret, HI | {"message": "x" * 70_000})

    assert (broken.status_code, huge.status_code) == (400, 413)
    assert Client().get("/sms/send").status_code == 405


@pytest.mark.parametrize(
    "typed", ["+442079460123", "442079460123", "00442079460123", "02079460123", "020 7946 0123"]
)
def test_a_recipient_is_read_with_and_without_a_plus(
    secret: str, number: Number, settings: Any, typed: str
) -> None:
    settings.DEFAULT_REGION = "GB"

    send(secret, HI | {"to": typed})

    assert Message.objects.get().phone == "+442079460123"
