"""
Secrets and phone numbers are followed through everything the software does, and must not turn up in
logs, the queue's tasks, pages, health or (secrets) the database.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ, Schedule, Task

from contacts.models import Contact, Phone
from messaging import outbox, tasks, tokens, wire
from messaging.gateways.errors import GatewayError, NotSupported
from messaging.masking import Masking
from messaging.models import Attempt, Hook, Number, Origin
from tests.messaging.gateways.server import Server, answer
from tests.messaging.views.addresses import ROWS
from tests.privacy.conftest import traces

PHONE = "+12125550123"
SECRETS = {
    "SECRET_KEY": "canary-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz-0123",
    "WEBHOOK_TOKEN": "canary-webhook-token-0123456789-abcdef",
    "seven": "canary-seven-key-0123456789",
    "signing": "canary-seven-signing-0123456789",
    "d7": "canary-d7-token-0123456789",
    "smrtphone": "canary-smrtphone-token-0123456789",
    "password": "canary-password-0123456789",
}


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that is logged at any level, as the configured handler writes it."""
    made = copy(django_settings.LOGGING["formatters"]["plain"])
    del made["()"]
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Masking(made["format"], style=made["style"]))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # SQL is for DEBUG alone
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def gateways() -> Iterator[dict[str, Server]]:
    """One takes its texts; two repeat what they were sent, with an error that is all they say."""
    made = {name: Server() for name in ("seven", "d7", "smrtphone")}
    taken = {"success": "100", "messages": [{"id": "7", "parts": 1, "success": True}]}
    made["seven"].plays(answer(200, json.dumps(taken)), answer(200, "<html>"))
    for name, status in (("d7", 401), ("smrtphone", 500)):
        said = f"bad token {SECRETS[name]} for {PHONE}"
        made[name].plays(answer(status, json.dumps({"message": said, "detail": said})))
    yield made
    for server in made.values():
        server.stop()


@pytest.fixture
def busy(
    transactional_db: None, settings: Any, gateways: dict[str, Server], log: StringIO
) -> dict[str, str]:
    """An installation that did everything once; the secrets of it, by name."""
    settings.SECRET_KEY, settings.WEBHOOK_TOKEN = SECRETS["SECRET_KEY"], SECRETS["WEBHOOK_TOKEN"]
    keys = {"seven": "api_key", "d7": "token", "smrtphone": "token"}
    settings.GATEWAYS = {
        name: {keys[name]: SECRETS[name], "base_url": server.url}
        for name, server in gateways.items()
    }
    settings.GATEWAYS["seven"]["signing_secret"] = SECRETS["signing"]
    wire.forget()
    ada = User.objects.create_superuser("ada", password=SECRETS["password"])
    _, token = tokens.issue(ada, name="Script")
    hook = Hook.objects.create(url="https://hooks.example/", on_received=True)
    carol = Contact.objects.create(first_name="Carol")
    Phone.objects.create(contact=carol, e164=PHONE, is_primary=True)
    for n, name in enumerate(("seven", "d7", "smrtphone", "simulator")):
        number = Number.objects.create(address=f"+1212555010{n}", label=name, gateway=name)
        for words in ("one", "two"):
            outbox.enqueue(
                text=words, phone=PHONE, number=number, origin=Origin.FORM, contact=carol
            )
    tasks.sweep()
    tasks.drain()
    sign_in_badly(SECRETS["password"])
    call_webhooks()
    call_api(token)
    for name in ("seven", "d7", "smrtphone"):
        with suppress(GatewayError, NotSupported):
            wire.build(name).balance()  # type: ignore[attr-defined]
    return SECRETS | {"token": token, "hook": hook.secret}


def sign_in_badly(password: str) -> None:
    for name, word in (("ada", password + "x"), ("nobody", password), ("ada", password)):
        Client().post("/login/", {"username": name, "password": word})


def call_webhooks() -> None:
    """Good ones, one with a wrong token, and one that nobody can read."""
    token = SECRETS["WEBHOOK_TOKEN"]
    text = {"event": "text", "from": PHONE, "to": "+12125550103", "text": "STOP", "id": "1"}
    for address, body in (
        (f"/webhooks/simulator/{token}/", text),
        (f"/webhooks/simulator/{token}x/", text),
        (f"/webhooks/seven/{token}/", {"webhook_event": "sms_mo", "data": 7}),
        (f"/webhooks/nobody/{token}/", text),
    ):
        Client().post(address, body, content_type="application/json")


def call_api(token: str) -> None:
    """Right and wrong, also in the ways the gateways' own clients do."""
    for key in (token, token + "x"):
        head = {"Authorization": f"Bearer {key}"}
        Client().get("/api/v1/me", headers=head)
        Client().post(
            "/api/v1/messages",
            {"to": PHONE, "text": "three"},
            content_type="application/json",
            headers=head,
        )
        Client().get(f"/api/sms?p={key}&to={PHONE}&text=four")


def found(words: dict[str, str], text: str) -> list[str]:
    return [name for name, word in words.items() if word in text]


def test_the_log_holds_no_secret_and_no_phone(busy: dict[str, str], log: StringIO) -> None:
    written = log.getvalue()

    assert len(written.splitlines()) > 10, "or this would prove nothing"
    assert found(busy | {"phone": PHONE, "bare phone": PHONE[1:]}, written) == []


def test_the_queue_holds_no_secret_and_no_phone(busy: dict[str, str]) -> None:
    rows = [
        repr(vars(row)) + str(getattr(row, "task", ""))
        for model in (OrmQ, Task, Schedule)
        for row in model.objects.all()  # type: ignore[attr-defined]
    ]

    assert rows
    assert found(busy | {"phone": PHONE[1:]}, "\n".join(rows)) == []


def test_health_holds_no_secret_and_no_phone(busy: dict[str, str]) -> None:
    said = io.StringIO()

    with suppress(SystemExit):
        call_command("health", stdout=said)

    assert "heartbeat_age" in said.getvalue()
    assert found(busy | {"phone": PHONE[1:]}, said.getvalue()) == []


def test_the_database_holds_no_secret_not_even_what_signs_webhooks(busy: dict[str, str]) -> None:
    assert Attempt.objects.exclude(request="").exists(), "or this would prove nothing"
    assert traces("/webhooks/") != [], "the same"

    kept = {name: where for name, word in busy.items() if (where := traces(word))}

    assert kept == {}
    assert Hook.objects.get().secret == busy["hook"], "or this would prove nothing"


def test_no_page_shows_a_secret_but_the_one_that_says_what_to_register(
    busy: dict[str, str],
) -> None:
    browser = Client()
    browser.force_login(User.objects.get(username="ada"))
    carol = Contact.objects.get(first_name="Carol")
    pages = [reverse(row.name) for row in ROWS if row.get and not row.thing]
    pages += [f"/contacts/{carol.pk}/", f"/settings/people/{User.objects.get().pk}/"]
    pages += [f"/communications/{pk}/" for pk in carol.messages.values_list("pk", flat=True)]
    pages += [f"/settings/webhooks/{Hook.objects.get().pk}/"]

    shown = {}
    for page in pages:
        answered = browser.get(page, follow=True)
        text = b"".join(answered).decode("utf-8", "replace")
        if names := found(busy, text):
            shown[page] = names

    assert len(pages) > 25
    assert shown == {"/settings/gateways/": ["WEBHOOK_TOKEN"]}
