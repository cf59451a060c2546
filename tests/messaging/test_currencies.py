"""What a gateway's prices are in: asked of it now and then, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging import currencies, fence, wire
from messaging.models import GatewayState, Number

from .gateways.server import Server, answer


@pytest.fixture
def seven(gateways: None, settings: Any, number: Number) -> Iterator[Server]:
    """A real server where seven's is, and our number there."""
    server = Server()
    server.plays(answer(200, {"amount": 40, "currency": "EUR"}))
    settings.GATEWAYS["seven"]["base_url"] = server.url
    wire.forget()
    Number.objects.filter(pk=number.pk).update(gateway="seven")
    yield server
    server.stop()


@pytest.mark.storage
def test_it_is_asked_once_in_hours_and_kept(seven: Server) -> None:
    currencies.learn()
    currencies.learn()
    asked_soon = len(seven.received)
    currencies.learn(timezone.now() + timedelta(hours=7))

    assert currencies.known() == {"seven": "EUR"}
    assert (asked_soon, len(seven.received)) == (1, 2)
    assert not GatewayState.objects.exclude(paused_at=None).exists()


def test_a_gateway_in_trouble_keeps_what_it_said(seven: Server) -> None:
    GatewayState.objects.create(pk="seven", currency="CHF")
    seven.plays(answer(500))

    currencies.learn()

    assert currencies.known() == {"seven": "CHF"}
    assert currencies.ask("seven") == "CHF"


def test_nobody_asks_a_gateway_without_a_number_of_ours_or_from_a_copy(
    seven: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(fence, "is_locked", lambda: True)
        currencies.learn()
    Number.objects.update(active=False, is_default=False)
    currencies.learn()

    assert not seven.received
    assert not GatewayState.objects.exists()


def test_one_that_tells_no_prices_is_never_asked(gateways: None, number: Number) -> None:
    Number.objects.filter(pk=number.pk).update(gateway="d7")

    currencies.learn()

    assert not GatewayState.objects.exists()
