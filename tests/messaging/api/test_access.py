"""
Every operation of the API and every address of the dialects, with the tokens of every role, and
about what belongs to another team. An operation without a row fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Company, Contact, Deal, Member, Team
from contacts.roles import TABLE, Right, Role
from messaging import broadcasts, consent, lookups, tokens
from messaging.api.urls import api
from messaging.dialects.urls import urlpatterns
from messaging.gateways.base import Finding
from messaging.models import Broadcast, Hook, Message, Number, Template

EDIT, VIEW, TEXT, RUN = Right.EDIT, Right.VIEW, Right.TEXT, Right.RUN
BROADCAST, TEMPLATES, OPT_IN = Right.BROADCAST, Right.TEMPLATES, Right.OPT_IN
APPROVE = Right.APPROVE
CAROL, STRANGER = "+12125550123", "+442079460123"
MISSING: dict[str, Any] = {"pk": 987_654, "phone": "+442079460999"}
Things = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """right: what the role needs, None for nothing; body: one that can be read."""

    right: Right | None
    body: Any = None


def rows(
    nouns: str, new: dict[str, Any], right: Right = EDIT, reading: Right = VIEW
) -> dict[str, Row]:
    return {
        f"GET /{nouns}": Row(reading),
        f"POST /{nouns}": Row(right, new),
        f"GET /{nouns}/{{pk}}": Row(reading),
        f"PATCH /{nouns}/{{pk}}": Row(right, {}),
        f"DELETE /{nouns}/{{pk}}": Row(right),
    }


ROWS: dict[str, Row] = {
    "GET /me": Row(None),
    **rows("contacts", {"first_name": "Ida"}),
    **rows("companies", {"name": "Mill"}),
    **rows("deals", {"title": "Oven"}),
    **rows("templates", {"name": "bye", "text": "Bye"}, TEMPLATES),
    "GET /{nouns}/{pk}/comments": Row(VIEW),
    "POST /{nouns}/{pk}/comments": Row(EDIT, {"body": "Hello"}),
    "GET /messages": Row(VIEW),
    "POST /messages": Row(TEXT, {"to": STRANGER, "text": "Hi"}),
    "GET /messages/{pk}": Row(VIEW),
    "POST /messages/{pk}/cancel": Row(TEXT),
    "GET /numbers": Row(VIEW),
    "POST /look-ups": Row(TEXT, {"phone": STRANGER}),
    "GET /broadcasts": Row(VIEW),
    "POST /broadcasts": Row(BROADCAST, {"name": "A", "text": "Hi", "to": [STRANGER]}),
    "GET /broadcasts/{pk}": Row(VIEW),
    "GET /broadcasts/{pk}/recipients": Row(VIEW),
    "POST /broadcasts/{pk}/start": Row(BROADCAST, {}),
    "POST /broadcasts/{pk}/approve": Row(APPROVE, {}),
    "POST /broadcasts/{pk}/{verb}": Row(BROADCAST),
    "GET /opt-outs": Row(VIEW),
    "POST /opt-outs": Row(EDIT, {"phone": STRANGER}),
    "GET /opt-outs/{phone}": Row(VIEW),
    "POST /opt-outs/{phone}/opt-in": Row(OPT_IN, {"how": "so", "words": "I agree to be texted"}),
    **rows("webhooks", {"url": "https://93.184.216.34/", "events": ["message.received"]}, RUN, RUN),
}


@pytest.fixture
def things(
    alice: User, carol: Contact, roof: Deal, bakery: Company, number: Number, sent: Any
) -> Things:
    """One of everything, all of it East's."""
    east = Team.objects.create(name="East")
    Member.objects.filter(user=alice).update(team=east)
    for record in (carol, roof, bakery):
        type(record).objects.update(team=east)
    hello = Template.objects.create(name="hello", text="Hi", owner=alice, is_shared=False)
    day = Broadcast.objects.create(name="Day", text="Hi", pasted=STRANGER, author=alice, team=east)
    broadcasts.work()
    consent.opt_out(CAROL, source="reply", words="STOP")
    hook = Hook.objects.create(url="https://93.184.216.34/", on_status=True)
    named = {"contacts": carol, "companies": bakery, "deals": roof, "templates": hello}
    named |= {"messages": sent(), "broadcasts": day, "webhooks": hook, "{nouns}": roof}
    return {noun: row.pk for noun, row in named.items()} | {"phone": CAROL}


def ask(user: User, operation: str, row: Row, given: Things, more: str = "", **headers: str) -> Any:
    method, path = operation.split()
    filled = path.format(nouns="deals", verb="stop", **given)
    secret = given.get("secret") or tokens.issue(user, name="Walk")[1]
    return Client().generic(
        method,
        f"/api/v1{filled}",
        ("" if row.body is None else json.dumps(row.body)) + more,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"} | headers,
    )


def named(operation: str, things: Things) -> Things:
    return {"pk": things.get(operation.split("/")[1], 0), "phone": things["phone"]}


def test_every_operation_has_a_row() -> None:
    described = api.get_openapi_schema()["paths"]

    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in described.items()
        for method in operations
    }

    assert ROWS.keys() == there


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("operation", ROWS)
def test_each_role_may_what_its_table_says(
    things: Things, alice: User, operation: str, role: Role
) -> None:
    Member.objects.filter(user=alice).update(role=role)
    row = ROWS[operation]

    answer = ask(User.objects.get(pk=alice.pk), operation, row, named(operation, things))

    may = row.right is None or row.right in TABLE[role]
    assert answer.status_code < 500
    assert answer.status_code not in {400, 404, 405, 415, 422}
    assert (answer.status_code != 403) == may


@pytest.mark.parametrize("operation", [name for name in ROWS if "{p" in name])
def test_what_is_another_teams_is_as_if_it_were_not_there(things: Things, operation: str) -> None:
    row, is_of_a_team = ROWS[operation], "webhooks" not in operation
    role = Role.MANAGER if is_of_a_team else Role.ADMIN
    wanda = User.objects.create_user("wanda")
    Member.objects.create(user=wanda, role=role, team=Team.objects.create(name="West"))
    before = [list(model.objects.values()) for model in (Contact, Company, Deal, Message, Template)]

    missing = ask(wanda, operation, row, MISSING)
    answer = ask(wanda, operation, row, named(operation, things)) if is_of_a_team else missing

    after = [list(model.objects.values()) for model in (Contact, Company, Deal, Message, Template)]
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert (answer.content, after) == (missing.content, before)


@pytest.mark.parametrize("operation", [name for name in ROWS if name.startswith("POST")])
def test_every_post_is_done_once_for_its_key(
    things: Things, alice: User, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Member.objects.filter(user=alice).update(role=Role.ADMIN)
    Message.objects.update(status="queued", sent_at=None, external_id="")
    monkeypatch.setattr(lookups, "look_up", lambda phone, name: ("seven", Finding("live", "yes")))
    if "{verb}" in operation:
        broadcasts.start(Broadcast.objects.get(), send_at=None, is_local=False, by=alice)
    if "approve" in operation:
        Broadcast.objects.update(state="waiting", author=None)
    row = ROWS[operation]
    given = named(operation, things) | {"secret": tokens.issue(alice, name="Script")[1]}
    key = {"Idempotency-Key": "order-7"}

    first, again = (ask(alice, operation, row, given, **key) for _ in range(2))
    other = ask(alice, operation, row, given, more=" ", **key)

    assert first.status_code < 300
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert other.status_code == 409


def test_who_writes_down_an_opt_out_of_another_teams_sees_no_more_than_that(
    things: Things,
) -> None:
    wanda = User.objects.create_user("wanda")
    Member.objects.create(user=wanda, team=Team.objects.create(name="West"))

    answer = ask(wanda, "POST /opt-outs", Row(EDIT, {"phone": CAROL, "words": "No"}), things)

    assert answer.status_code == 201
    assert "STOP" not in answer.content.decode()


Send = Callable[[Client, str], Any]
JSON = {"content_type": "application/json"}


def _seven(method: str, path: str, **given: str) -> Send:
    return lambda client, secret: getattr(client, method)(
        path, given, headers={"X-Api-Key": secret}
    )


def _d7(method: str, path: str, body: Any = None) -> Send:
    return lambda client, secret: client.generic(
        method, path, json.dumps(body), headers={"Authorization": f"Bearer {secret}"}, **JSON
    )


D7_BODY = {"messages": [{"recipients": [STRANGER], "content": "Hi"}]}
HI = {"from": "+12125550100", "to": STRANGER, "message": "Hi"}
DIALECTS: dict[str, tuple[Right, Send]] = {
    "smrtphone-send": (
        TEXT,
        lambda client, secret: client.post("/sms/send", HI, headers={"X-Auth-smrtPhone": secret}),
    ),
    "seven-sms": (TEXT, _seven("post", "/api/sms", to=STRANGER, text="Hi")),
    "seven-status": (VIEW, _seven("get", "/api/status", msg_id="1")),
    "seven-balance": (VIEW, _seven("get", "/api/balance")),
    "seven-hooks": (RUN, _seven("get", "/api/hooks")),
    "seven-journal": (VIEW, _seven("get", "/api/journal", type="outbound")),
    "seven-journal-kind": (VIEW, _seven("get", "/api/journal/inbound")),
    "d7-send": (TEXT, _d7("POST", "/messages/v1/send", D7_BODY)),
    "d7-balance": (VIEW, _d7("GET", "/messages/v1/balance")),
    "d7-message-log": (VIEW, _d7("GET", "/report/v1/message-log/x")),
}


def test_every_address_of_the_dialects_has_a_row() -> None:
    assert DIALECTS.keys() == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", DIALECTS)
def test_each_role_may_in_the_dialects_what_its_table_says(
    alice: User, number: Number, name: str, role: Role
) -> None:
    Member.objects.filter(user=alice).update(role=role)
    right, send = DIALECTS[name]

    answer = send(Client(), tokens.issue(User.objects.get(pk=alice.pk), name="Walk")[1])

    refused = answer.status_code in {401, 403} or answer.content == b"902"
    assert refused == (right not in TABLE[role])
    assert Message.objects.exists() == (right is TEXT and not refused)
