"""What comes out looks the same everywhere, and what goes in is understood or refused."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, Member
from contacts.roles import Role
from messaging import facts
from messaging.models import Message, Number
from tests.messaging.api.conftest import Call

HI = {"to": "+12125550123", "text": "Hi"}


def test_a_text_says_the_same_wherever_it_is_read(call: Call, number: Number) -> None:
    sent = call("POST", "/messages", HI).data

    read = call("GET", f"/messages/{sent['id']}").data
    (listed,) = call("GET", "/messages").data["items"]

    assert sent.keys() == read.keys() == listed.keys()
    assert sent["from"] == read["from"] == listed["from"] == number.address


@pytest.mark.parametrize(
    "asked",
    ["status=foo", "direction=sideways", "since=yesterday", "until=2026-02-30", "contact=x"],
)
def test_a_filter_that_makes_no_sense_is_refused_and_not_left_out(call: Call, asked: str) -> None:
    answer = call("GET", f"/messages?{asked}")

    assert answer.status_code == 422
    assert answer.data["errors"][0]["field"] == asked.split("=")[0]


def test_texts_are_found_since_a_moment(call: Call, number: Number) -> None:
    call("POST", "/messages", HI)
    at = timezone.now()
    call("POST", "/messages", HI | {"text": "Ho"})

    def texts(asked: str) -> list[str]:
        return [row["text"] for row in call("GET", f"/messages?{asked}").data["items"]]

    moment = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert texts(f"since={moment}") == texts(f"since={moment.rstrip('Z')}") == ["Ho"]
    assert texts(f"since={moment.rstrip('Z')}+00:00") == ["Ho"]  # as people write it
    assert texts(f"since={moment.rstrip('Z')}%2B00:00") == ["Ho"]
    assert texts(f"until={moment}") == ["Hi"]
    assert texts(f"since={at:%Y-%m-%d}&until={at:%Y-%m-%d}") == ["Ho", "Hi"]
    assert texts("status=received") == []


@pytest.mark.parametrize("raw", [b"[1]", b"null", b'"x"', b"7", b""])
def test_a_body_that_is_no_object_makes_nobody(call: Call, raw: bytes) -> None:
    answer = call("POST", "/contacts", raw)

    assert (answer.status_code, Contact.objects.count()) == (422, 0)
    assert answer.data["detail"].startswith("The body: ")


def test_a_mistyped_name_is_refused_and_nobody_texted(call: Call, number: Number) -> None:
    answer = call("POST", "/messages", HI | {"sendat": "2030-01-01T00:00:00Z"})

    assert (answer.status_code, answer.data["errors"][0]["field"]) == (422, "sendat")
    assert not Message.objects.exists()


def test_only_json_is_read(client: Client, secret: str, number: Number) -> None:
    def post(kind: str, path: str = "messages", body: str = json.dumps(HI)) -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        answer = client.generic("POST", f"/api/v1/{path}", body, content_type=kind, headers=headers)
        assert answer.status_code < 300 or answer["Content-Type"] == "application/problem+json"
        return answer.status_code

    assert post("application/x-www-form-urlencoded") == post("text/plain") == 415
    assert post("application/json; charset=utf-8") == post("") == 202
    pk = Message.objects.latest("pk").pk
    assert post("application/x-www-form-urlencoded", f"messages/{pk}/cancel", "") == 200


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (RuntimeError, 500)])
def test_what_goes_wrong_here_has_that_shape_too_and_is_logged(
    call: Call,
    carol: Contact,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
    status: int,
) -> None:
    def broken(row: Contact) -> None:
        raise error("the words of an error are for the log")

    monkeypatch.setattr(facts, "contact", broken)

    answer = call("GET", f"/contacts/{carol.pk}")

    assert (answer.status_code, answer.data["status"]) == (status, status)
    assert answer["Content-Type"] == "application/problem+json"
    assert "words of an error" not in answer.data["detail"]
    assert "words of an error" in caplog.text


def test_all_lists_have_one_shape(call: Call, alice: User) -> None:
    Member.objects.update(role=Role.ADMIN)
    lists = ("numbers", "templates", "webhooks", "opt-outs", "contacts", "messages", "broadcasts")

    shapes = {name: set(call("GET", f"/{name}").data) for name in lists}

    assert shapes == {name: {"items", "next_cursor"} for name in lists}
