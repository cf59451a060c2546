"""Gateways: how they are, what they hold, a way to try them; and the banner when one is paused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import fence, gatewaycards, wire
from messaging.models import Attempt, GatewayState, Installation, Message, Number

LIST = reverse("settings:gateway-list")
RESUME = reverse("messaging:gateway-resume", args=["simulator"])


@pytest.fixture
def paused(db: None) -> GatewayState:
    """The simulator, out of credit."""
    now = timezone.now()
    return GatewayState.objects.create(gateway="simulator", paused_at=now, reason="no_credit")


@pytest.fixture
def seven(settings: Any) -> Iterator[HTTPServer]:
    """seven.io's balance endpoint on this machine; `answer` is what it says."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers["X-Api-Key"] != "secret-api-key":
                raise AssertionError(self.headers["X-Api-Key"])
            body = server.answer.encode()  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.answer = json.dumps({"amount": 41.5, "currency": "EUR"})  # type: ignore[attr-defined]
    base = f"http://127.0.0.1:{server.server_port}"
    settings.GATEWAYS = settings.GATEWAYS | {
        "seven": {"api_key": "secret-api-key", "base_url": base}
    }
    wire.forget()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_credential_is_there_or_not_and_never_shown(danas_browser: Client, seven: Any) -> None:
    page = danas_browser.get(LIST).content.decode()

    assert "secret-api-key" not in page
    assert "Present <code>SEVEN_API_KEY</code>" in page
    assert "Not there:</span> <code>D7_API_TOKEN</code>" in page


def test_the_webhook_address_is_there_to_copy(danas_browser: Client) -> None:
    assert (
        f'data-copy="{wire.webhook_url("simulator")}"' in danas_browser.get(LIST).content.decode()
    )


def test_the_balance_is_asked_for_on_a_click(danas_browser: Client, seven: Any) -> None:
    before = danas_browser.get(LIST).content.decode()
    after = danas_browser.get(LIST, {"balance": "seven"}).content.decode()

    assert "41.5" not in before
    assert 'role="status">41.5 EUR<' in after


def test_a_gateway_that_tells_no_balance_is_a_sentence(
    danas_browser: Client, seven: Any, settings: Any
) -> None:
    seven.answer = "nonsense"
    settings.GATEWAYS["d7"] = {"token": "x" * 20, "base_url": "http://127.0.0.1:9"}

    unreadable = danas_browser.get(LIST, {"balance": "seven"}).content.decode()
    unreachable = danas_browser.get(LIST, {"balance": "d7"}).content.decode()
    unknown = danas_browser.get(LIST, {"balance": "pigeon"})

    assert "It did not tell its balance." in unreadable
    assert "The gateway could not be reached." in unreachable
    assert unknown.status_code == 200


def test_the_last_error_stands_there_with_its_reason(
    danas_browser: Client, unconfirmed: Message
) -> None:
    for no, outcome in enumerate(["unknown", "accepted"], 1):
        Attempt.objects.create(
            message=unconfirmed,
            attempt_no=no,
            claim_token=uuid4(),
            outcome=outcome,
            reason="timeout" if outcome == "unknown" else "",
        )

    page = danas_browser.get(LIST).content.decode()

    assert "The gateway did not answer in time." in page
    assert gatewaycards.last_error("seven") is None


def test_a_test_text_goes_out_like_any_other(danas_browser: Client, number: Number) -> None:
    url = reverse("settings:gateway-test", args=["simulator"])

    answer = danas_browser.post(url, {"simulator-phone": "(212) 555-0188"})

    message = Message.objects.get()
    assert (message.phone, message.number, message.status) == ("+12125550188", number, "queued")
    assert answer["Location"] == reverse("messaging:message-detail", args=[message.pk])


def test_a_test_text_that_cannot_be_keeps_what_was_typed(
    danas_browser: Client, number: Number
) -> None:
    url = reverse("settings:gateway-test", args=["simulator"])

    answer = danas_browser.post(url, {"simulator-phone": "12"})

    assert answer.status_code == 422
    assert 'value="12"' in answer.content.decode()
    assert not Message.objects.exists()


def test_a_gateway_without_a_number_cannot_be_tried(danas_browser: Client, seven: Any) -> None:
    post = danas_browser.post
    told = post(reverse("settings:gateway-test", args=["seven"]), {"seven-phone": "1"}, follow=True)
    unknown = post(reverse("settings:gateway-test", args=["pigeon"]))

    assert "seven.io carries no number of yours" in told.content.decode()
    assert unknown.status_code == 404


def test_a_paused_gateway_is_told_on_every_page_and_resumed_with_one_click(
    alices_browser: Client, danas_browser: Client, paused: GatewayState
) -> None:
    alices = alices_browser.get("/contacts/").content.decode()
    danas = danas_browser.get("/contacts/").content.decode()
    answer = danas_browser.post(RESUME, headers={"referer": "http://testserver/contacts/"})

    paused.refresh_from_db()
    assert "<b>Simulator is paused.</b> The account at the gateway has run out of credit." in alices
    assert RESUME not in alices
    assert RESUME in danas
    assert paused.paused_at is None
    assert answer["Location"] == "http://testserver/contacts/"


def test_a_locked_fence_is_told_on_every_page_with_what_to_do(alices_browser: Client) -> None:
    fence.unlock()
    before = alices_browser.get("/contacts/").content.decode()

    Installation.objects.update(instance_id=uuid4())
    after = alices_browser.get("/contacts/").content.decode()
    fence.unlock()

    assert "Sending is locked" not in before
    assert "manage.py unlock_sending" in after


def test_looking_at_a_page_makes_no_database_ours(alices_browser: Client) -> None:
    alices_browser.get("/contacts/")

    assert not Installation.objects.exists()
