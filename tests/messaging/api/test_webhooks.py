"""Systems that set up their own webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from contacts.models import Member
from contacts.roles import Role
from messaging.hooks import keeping
from messaging.models import Answer, Hook
from messaging.models.sealed import unseal
from tests.messaging.api.conftest import Call
from tests.messaging.hooks.conftest import Dns

GIVEN = {"url": "https://hook.example/in", "events": ["message.received", "optout.changed"]}


@pytest.fixture
def admin(alice: User, dns: Dns) -> User:
    dns("hook.example", "93.184.216.34")
    Member.objects.filter(user=alice).update(role=Role.ADMIN)
    return alice


def test_one_is_made_changed_paused_and_deleted(call: Call, admin: User) -> None:
    made = call("POST", "/webhooks", GIVEN | {"note": "Flow"}, **{"Idempotency-Key": "a"})
    at = f"/webhooks/{made.data['id']}"
    hook = Hook.objects.get()

    paused = call("PATCH", at, {"active": False, "events": ["message.status"]})
    listed = call("GET", "/webhooks").data["items"]

    assert (made.status_code, made.data["secret"]) == (201, hook.secret)
    assert made.data["events"] == GIVEN["events"]
    assert (paused.data["active"], paused.data["events"]) == (False, ["message.status"])
    assert (paused.data["url"], paused.data["note"]) == (GIVEN["url"], "Flow")
    assert listed == [paused.data]
    assert "secret" not in call("GET", at).data
    assert call("DELETE", at).status_code == 204
    assert call("GET", at).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "http://hook.example/"}, "url"),
        ({"events": []}, "given.events"),
        ({"events": ["ping"]}, "given.events.0"),
    ],
)
def test_what_cannot_be_is_refused(
    call: Call, admin: User, change: dict[str, Any], field: str
) -> None:
    answer = call("POST", "/webhooks", GIVEN | change)

    assert answer.status_code == 422
    assert answer.data["errors"][0]["field"].endswith(field.removeprefix("given."))
    assert not Hook.objects.exists()


def test_they_are_for_who_runs_the_installation(call: Call, alice: User) -> None:
    answer = call("POST", "/webhooks", GIVEN)

    assert (answer.status_code, Hook.objects.count()) == (403, 0)


def test_a_key_makes_one_and_shows_its_secret_again(call: Call, admin: User) -> None:
    key = {"Idempotency-Key": "a"}
    first = call("POST", "/webhooks", GIVEN, **key)
    hook = Hook.objects.get()
    keeping.rotate(hook)
    second = call("POST", "/webhooks", GIVEN, **key)
    other = call("POST", "/webhooks", GIVEN | {"note": "Other"}, **key)

    kept = Answer.objects.get()
    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 409)
    assert second.data == first.data
    assert first.data["secret"] not in str(kept.body)
    assert unseal(kept.body["secret"]) == first.data["secret"]
    assert Hook.objects.count() == 1


def test_a_secret_whose_key_is_gone_is_not_shown_but_said(
    call: Call, admin: User, settings: Any
) -> None:
    key = {"Idempotency-Key": "a"}
    call("POST", "/webhooks", GIVEN, **key)
    Answer.objects.update(body={"id": 1, "secret": "gAAAAA-of-another-key"})

    answer = call("POST", "/webhooks", GIVEN, **key)

    assert answer.status_code == 409
    assert "SECRET_KEY was changed" in answer.data["detail"]
