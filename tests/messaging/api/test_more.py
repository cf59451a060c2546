"""Broadcasts, opt-outs and templates in the API, and its reference."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

from contacts.models import Member, Tag
from contacts.roles import Role
from messaging import broadcasts, consent, tokens
from messaging.models import Broadcast, Message, Recipient, Scope, Template
from tests.messaging.api.conftest import Call

CAROL = "+12125550123"


def test_a_broadcast_is_written_looked_at_started_and_stopped(
    call: Call, carol: Any, number: Any
) -> None:
    carol.tags.add(Tag.objects.create(name="vip"))
    given = {"name": "Open day", "text": "Hi {first_name}", "tags": ["vip"]}

    made = call("POST", "/broadcasts", given | {"to": ["+442079460123", "12"]})
    at = f"/broadcasts/{made.data['id']}"
    early = call("POST", f"{at}/start", {})
    broadcasts.work()
    ready = call("GET", at)
    people = call("GET", f"{at}/recipients").data["items"]
    started = call("POST", f"{at}/start", {"send_at": "2126-01-01T10:00:00Z"})
    started = call("POST", f"{at}/start", {}) if started.status_code == 422 else started
    broadcasts.work()
    stopped = call("POST", f"{at}/stop")
    again = call("POST", f"{at}/pause")

    assert (made.status_code, made.data["state"]) == (201, "preparing")
    assert (early.status_code, early.data["detail"]) == (409, "It is preparing, not ready.")
    assert ready.data["state"] == "ready"
    assert ready.data["counts"] == {"waiting": 1, "skipped": 2}
    assert {(one["phone"], one["text"]) for one in people} >= {(CAROL, "Hi Carol"), ("12", "")}
    assert started.data["state"] == "queueing"
    assert stopped.data["state"] == "stopped"
    assert Message.objects.get().status == "cancelled"
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"tags": ["nobody"]}, "tags: There is no tag “nobody”."),
        ({"numbers": [4711]}, "numbers: One of them is none of our numbers."),
        ({"to": []}, "Say who gets it"),
        ({"text": "Hi {first_nam}"}, "text: "),
    ],
)
def test_a_broadcast_that_cannot_be_is_refused_with_its_field(
    call: Call, number: Any, more: dict[str, Any], words: str
) -> None:
    given = {"name": "Open day", "text": "Hi", "to": [CAROL]}

    answer = call("POST", "/broadcasts", given | more)

    assert answer.status_code == 422
    assert answer.data["detail"].startswith(words)
    assert not Broadcast.objects.exists()


def test_ones_own_broadcast_is_not_approved_by_oneself(
    call: Call, carol: Any, number: Any, settings: Any
) -> None:
    settings.BROADCAST_APPROVAL = 1
    Recipient.objects.all().delete()
    made = call("POST", "/broadcasts", {"name": "A", "text": "Hi", "to": [CAROL, "+442079460124"]})
    at = f"/broadcasts/{made.data['id']}"
    broadcasts.work()

    waiting = call("POST", f"{at}/start", {})
    refused = call("POST", f"{at}/approve")

    assert waiting.data["state"] == "waiting"
    assert (refused.status_code, refused.data["detail"]) == (
        409,
        "Somebody else has to approve it: you wrote it.",
    )


def test_somebody_opts_out_and_comes_back(call: Call, carol: Any) -> None:
    gone = call("POST", "/opt-outs", {"phone": "(212) 555-0123", "how": "by phone"})
    blocked = consent.is_opted_out(CAROL)
    listed = call("GET", "/opt-outs").data["items"]
    no_words = call("POST", f"/opt-outs/{CAROL}/opt-in", {"how": "by phone", "words": " "})
    later = {"how": "on paper", "words": "Yes, text me", "said_at": "2126-01-01T00:00:00Z"}
    to_come = call("POST", f"/opt-outs/{CAROL}/opt-in", later)
    back = call("POST", f"/opt-outs/{CAROL}/opt-in", {"how": "on paper", "words": "Yes, text me"})

    assert (gone.status_code, blocked) == (201, True)
    assert [row["phone"] for row in listed] == [CAROL]
    assert (no_words.status_code, to_come.status_code) == (409, 422)
    assert (back.status_code, back.data["opted_out_at"]) == (200, None)
    assert [one["kind"] for one in back.data["ledger"]] == ["opted_in", "opted_out"]
    assert not consent.is_opted_out(CAROL)
    assert call("GET", "/opt-outs/+442079460123").status_code == 404
    assert call("GET", "/opt-outs/nobody").status_code == 422


def test_templates_are_kept_changed_and_deleted(call: Call, bob: User) -> None:
    Template.objects.create(name="bobs", text="Hi", owner=bob)
    made = call("POST", "/templates", {"name": "Arriving", "text": "On our way, {first_name}"})
    at = f"/templates/{made.data['id']}"

    twice = call("POST", "/templates", {"name": "arriving", "text": "Again"})
    changed = call("PATCH", at, {"text": "Nearly there", "is_shared": False})
    bobs = Template.objects.get(name="bobs")
    not_mine = call("PATCH", f"/templates/{bobs.pk}", {"text": "Mine"})

    assert (made.status_code, made.data["name"]) == (201, "arriving")
    assert (twice.status_code, twice.data["errors"][0]["field"]) == (422, "name")
    assert (changed.data["text"], changed.data["is_shared"]) == ("Nearly there", False)
    assert not_mine.status_code == 404
    assert call("DELETE", at).status_code == 204
    assert call("GET", at).status_code == 404


def body_for(path: str) -> dict[str, str]:
    if path.endswith("/start"):
        return {}
    if path.endswith("/opt-in"):
        return {"how": "so", "words": "so"}
    return {"phone": CAROL} if path == "/opt-outs" else {"name": "A", "text": "Hi"}


@pytest.mark.parametrize(
    ("method", "path", "lacks"),
    [
        ("POST", "/broadcasts", "send"),
        ("POST", "/broadcasts/1/start", "send"),
        ("POST", "/broadcasts/1/stop", "send"),
        ("POST", "/opt-outs", "write"),
        ("POST", f"/opt-outs/{CAROL}/opt-in", "write"),
        ("POST", "/templates", "write"),
        ("DELETE", "/templates/1", "write"),
    ],
)
def test_a_token_that_only_reads_changes_nothing(
    client: Client, alice: User, method: str, path: str, lacks: str
) -> None:
    reader = tokens.issue(alice, name="Reader", scopes=[Scope.READ])[1]
    answer = client.generic(
        method,
        f"/api/v1{path}",
        json.dumps(body_for(path)),
        content_type="application/json",
        headers={"Authorization": f"Bearer {reader}"},
    )

    assert answer.status_code == 403
    assert f"“{lacks}”" in json.loads(answer.content)["detail"]


def test_the_reference_is_for_the_signed_in_and_asks_nobody_else(
    alices_browser: Client, call: Call
) -> None:
    page = alices_browser.get("/api/docs")
    words = page.content.decode()

    assert Client().get("/api/docs")["Location"].startswith("/login/?next=")
    assert page.status_code == 200
    described = call("GET", "/openapi.json").data
    assert page.context["description"]["paths"].keys() == described["paths"].keys()
    assert Client().get("/api/v1/openapi.json").status_code == 401
    assert "https://" not in words.split('id="description"')[0]
    assert "unsafe" not in page["Content-Security-Policy"]
    for name in ("ninja/swagger-ui.css", "ninja/swagger-ui-bundle.js", "js/reference.js"):
        assert f"/static/{name}" in words
        assert finders.find(name)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/broadcasts", "work on broadcasts"),
        ("/templates", "change templates"),
        (f"/opt-outs/{CAROL}/opt-in", "say that somebody may be texted again"),
    ],
)
def test_what_the_role_may_not_the_token_may_not(
    call: Call, alice: User, path: str, what: str
) -> None:
    Member.objects.filter(user=alice).update(role=Role.AGENT)

    answer = call("POST", path, body_for(path))

    assert (answer.status_code, answer.data["detail"]) == (
        403,
        f"Your role, agent, may not {what}.",
    )
