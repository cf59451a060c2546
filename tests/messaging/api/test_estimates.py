"""What a broadcast will cost, in the API: what its page says, and null for what nobody knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from contacts.models import Member
from contacts.roles import Role
from messaging import broadcasts, currencies
from messaging.models import Message, Number
from tests.messaging.api.conftest import Call

US, GB = "+12125550140", "+447400123456"


@pytest.fixture(autouse=True)
def prices(
    gateways: None, number: Number, sent: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alice may, our number is at seven, in euros, and a segment to America cost 5 cents."""
    Member.objects.filter(user=alice).update(role=Role.MANAGER)
    Number.objects.update(gateway="seven")
    monkeypatch.setattr(currencies, "ask", lambda _: "EUR")
    Message.objects.filter(pk=sent(phone=US).pk).update(price=Decimal("0.05"), segments=1)


def made(call: Call, *phones: str) -> str:
    body = {"name": "M", "text": "x" * 161, "to": phones}
    return f"/broadcasts/{call('POST', '/broadcasts', body).data['id']}"


def test_it_is_null_until_a_worker_has_worked_it_out(call: Call) -> None:
    address = made(call, US)
    before = call("GET", address).data["estimate"]

    broadcasts.work()

    assert before is None
    assert call("GET", address).data["estimate"] == {
        "total": [{"cost": "0.1000", "currency": "EUR"}],
        "unpriced": 0,
        "lines": [
            {
                "gateway": "seven",
                "country": "US",
                "segments": 2,
                "price": "0.0500",
                "cost": "0.1000",
                "currency": "EUR",
            }
        ],
    }


def test_a_price_that_nobody_knows_is_null_and_its_segments_are_counted(call: Call) -> None:
    address = made(call, US, GB)
    broadcasts.work()

    told = call("GET", address).data["estimate"]

    (british,) = [line for line in told["lines"] if line["country"] == "GB"]
    assert (british["price"], british["cost"], british["segments"]) == (None, None, 2)
    assert told["unpriced"] == 2
    assert told["total"] == [{"cost": "0.1000", "currency": "EUR"}]


def test_where_no_price_is_known_there_is_no_total(call: Call) -> None:
    Message.objects.update(price=None)
    address = made(call, US)
    broadcasts.work()

    told = call("GET", address).data["estimate"]

    assert (told["total"], told["unpriced"]) == ([], 2)
    assert call("GET", "/broadcasts").data["items"][0]["estimate"] == told


def test_a_currency_that_nobody_names_is_null(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(currencies, "ask", lambda _: "")
    address = made(call, US)
    broadcasts.work()

    told = call("GET", address).data["estimate"]

    assert told["total"] == [{"cost": "0.1000", "currency": None}]
    assert told["lines"][0]["currency"] is None
