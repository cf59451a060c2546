"""What callers in a dialect hear again: reports, webhooks, journals, what is left to text with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from contacts.models import Member
from contacts.roles import Role
from messaging import reports, tokens, wire
from messaging.gateways.base import DeliveryReport
from messaging.hooks.delivering import deliver
from messaging.models import CallerNote, Delivery, Hook, Message, Number, Scope
from tests.messaging.gateways.server import Server, answer
from tests.messaging.webhooks import inbound

CAROL = "+12125550123"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def admins(db: None) -> str:
    """A token of somebody who runs the installation."""
    dana = User.objects.create_user("dana")
    Member.objects.create(user=dana, role=Role.ADMIN)
    return tokens.issue(dana, name="Flow")[1]


def seven(secret: str, method: str, path: str, **given: Any) -> Any:
    headers = {"X-Api-Key": secret, "Accept": "application/json"}
    call = getattr(Client(enforce_csrf_checks=True), method)
    if method == "get":
        return call(path, given, headers=headers).json()
    return call(path, json.dumps(given), content_type="application/json", headers=headers).json()


def d7(secret: str, **message: Any) -> Any:
    body = {"messages": [{"recipients": [CAROL], "content": "Hi"} | message]}
    return Client().post(
        "/messages/v1/send",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def left(message: Message) -> None:
    """As if a gateway had taken it."""
    Message.objects.filter(pk=message.pk).update(
        status="sent", attempt_no=1, sent_at=timezone.now(), lease_until=None
    )


def test_d7s_report_url_hears_of_each_status(
    secret: str,
    number: Number,
    settings: Any,
    listener: Server,
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    told = d7(secret, report_url=f"{listener.url}/dlr").json()
    message = Message.objects.get()

    left(message)
    message.refresh_from_db()
    reports.move(message, DeliveryReport("undelivered", reason="absent"))
    deliver()

    forms = [one.form for one in listener.received]
    assert {form["status"] for form in forms} == {"sent", "not_reachable"} | {
        form["status"] for form in forms if form["status"] == "un_delivered"
    }
    assert {form["request_id"] for form in forms} == {told["request_id"]}
    assert {form["recipient"] for form in forms} == {CAROL}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://10.0.0.1/dlr", 422),
        ("http://hook.example/dlr", 422),
        ("ftp://hook.example/", 422),
        ("https://nobody.example/dlr", 200),
        ("https://hook.example/dlr", 200),
    ],
)
def test_a_report_url_that_leads_inside_is_refused(
    secret: str,
    number: Number,
    dns: Any,
    url: str,
    status: int,
) -> None:
    dns("hook.example", "93.184.216.34")

    told = d7(secret, report_url=url)

    assert told.status_code == status
    assert Message.objects.count() == CallerNote.objects.count() == (status == 200)


def test_sevens_foreign_id_and_label_come_back(
    secret: str,
    number: Number,
    settings: Any,
    listener: Server,
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    Hook.objects.create(url=listener.url, manner="seven-json", on_status=True)
    given = {"to": CAROL, "text": "Hi", "foreign_id": "order-7", "label": "shop"}

    sent = seven(secret, "post", "/api/sms", **given)
    left(Message.objects.get())
    deliver()
    (entry,) = seven(secret, "get", "/api/journal/outbound")

    assert sent["messages"][0]["label"] == "shop"
    assert (entry["foreign_id"], entry["label"]) == ("order-7", "shop")
    assert listener.received[0].json["data"]["foreign_id"] == "order-7"


@pytest.mark.usefixtures("gateways")
def test_sevens_inbound_journal_lists_what_came_in(secret: str, number: Number) -> None:
    inbound("simulator", "Is it ready?")

    (entry,) = seven(secret, "get", "/api/journal/inbound")

    assert (entry["text"], entry["to"]) == ("Is it ready?", "12125550100")
    assert seven(secret, "get", "/api/journal/outbound") == []


def test_sevens_hooks_are_listed_made_and_deleted(
    admins: str,
    number: Number,
    dns: Any,
) -> None:
    dns("hook.example", "93.184.216.34")
    given = {"target_url": "https://hook.example/in", "event_type": "sms_mo"}
    more = {"request_method": "JSON", "headers": "X-Key: abc", "event_filter": number.address}

    made = seven(admins, "post", "/api/hooks", **given, **more)
    by_get = seven(admins, "get", "/api/hooks", action="subscribe", **given)
    listed = seven(admins, "get", "/api/hooks")
    gone = seven(admins, "delete", "/api/hooks", id=made["id"])
    again = seven(admins, "post", "/api/hooks", action="unsubscribe", id=made["id"])

    assert made == {"success": True, "code": None, "id": made["id"]}
    assert by_get["success"]
    assert listed["hooks"][0] | {"created": ""} == {
        "id": str(made["id"]),
        "target_url": "https://hook.example/in",
        "event_type": "sms_mo",
        "event_filter": number.address,
        "request_method": "JSON",
        "headers": "X-Key: abc",
        "enabled": True,
        "created": "",
    }
    assert (gone, again) == ({"success": True}, {"success": False})
    assert Hook.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"target_url": "https://127.0.0.1/"}, "private network"),
        ({"target_url": "x"}, "no address"),
        ({"event_type": "voice_call"}, "event_type"),
        ({"request_method": "PUT"}, "request_method"),
        ({"headers": "Host: other.example"}, "headers"),
        ({"headers": "no header"}, "headers"),
        ({"event_filter": "+442079460123"}, "event_filter"),
    ],
)
def test_sevens_hooks_refuse_in_a_sentence(
    admins: str,
    dns: Any,
    change: dict[str, str],
    word: str,
) -> None:
    dns("hook.example", "93.184.216.34")
    given = {"target_url": "https://hook.example/in", "event_type": "all"}

    told = seven(admins, "post", "/api/hooks", **given | change)

    assert told["success"] is False
    assert word in told["error_message"]
    assert not Hook.objects.exists()


def test_hooks_are_for_who_runs_the_installation(secret: str, alice: User) -> None:
    only_reads = tokens.issue(alice, name="Reader", scopes=[Scope.READ])[1]

    assert seven(secret, "get", "/api/hooks") == "902"
    assert seven(only_reads, "get", "/api/hooks") == "902"


def test_a_filter_of_seven_is_heeded(
    gateways: None,
    number: Number,
    settings: Any,
    listener: Server,
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    given = {"url": listener.url, "manner": "seven-json", "on_received": True}
    Hook.objects.create(**given, event_filter="+12125550199")
    Hook.objects.create(**given, event_filter=number.address)

    inbound("simulator", "Hello")
    deliver()

    assert [one.json["data"]["text"] for one in listener.received] == ["Hello"]
    assert [row.state for row in Delivery.objects.all()] == ["delivered"]


def test_the_balance_is_the_gateways(
    secret: str,
    number: Number,
    settings: Any,
    listener: Server,
) -> None:
    settings.GATEWAYS = {"seven": {"api_key": "k" * 9, "base_url": listener.url}}
    wire.forget()
    Number.objects.update(gateway="seven")
    listener.plays(answer(200, {"amount": 44.631, "currency": "EUR"}))
    bearer = {"Authorization": f"Bearer {secret}"}

    told = seven(secret, "get", "/api/balance")
    bare = Client().get("/api/balance", headers={"X-Api-Key": secret}).content
    d7s = Client().get("/messages/v1/balance", headers=bearer).json()

    assert told == {"amount": 44.631, "currency": "EUR"}
    assert bare == b"44.631"
    assert d7s == {"balance": 44.631}
    assert len(listener.received) == 1


def test_where_no_balance_is_told_that_is_said(secret: str, number: Number) -> None:
    Number.objects.update(gateway="smrtphone")  # which tells none
    bearer = {"Authorization": f"Bearer {secret}"}

    assert seven(secret, "get", "/api/balance") == "600"
    assert Client().get("/messages/v1/balance", headers=bearer).status_code == 503
    assert Client().get("/messages/v1/balance").status_code == 401
    assert Client().get("/api/balance").content == b"300"
