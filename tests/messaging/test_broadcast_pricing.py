"""What a broadcast will cost, before it starts: by what texts cost lately, where gateways tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging import broadcasts, currencies, wire
from messaging.broadcasts import pricing
from messaging.models import Broadcast, Message, Number

from .gateways.server import Server, answer, hang

Make = Callable[..., Broadcast]
Paid = Callable[..., None]
HERS, LONDON = "+12125550140", "+447400123456"
EUROS = {"amount": 40, "currency": "EUR"}


@pytest.fixture
def seven(gateways: None, settings: Any) -> Iterator[Server]:
    """A real server where seven's is."""
    server = Server()
    server.plays(answer(200, EUROS))
    settings.GATEWAYS["seven"]["base_url"] = server.url
    wire.forget()
    yield server
    server.stop()


@pytest.fixture
def make(alice: User, number: Number) -> Make:
    """Alice's broadcast through seven, written out."""
    Number.objects.filter(pk=number.pk).update(gateway="seven")

    def made(*phones: str, text: str = "Hi") -> Broadcast:
        row = Broadcast.objects.create(
            name="M", text=text, author=alice, pasted="\n".join(phones or [HERS, LONDON])
        )
        broadcasts.work()
        row.refresh_from_db()
        return row

    return made


@pytest.fixture
def paid(sent: Any) -> Paid:
    """A text that left, with what its receipt said."""

    def make(price: str | None, phone: str = HERS, segments: int = 1, **more: Any) -> None:
        row = sent(phone=phone, **more)
        told = Decimal(price) if price else None
        Message.objects.filter(pk=row.pk).update(price=told, segments=segments)

    return make


def lines(row: Broadcast) -> dict[str, tuple[int, str]]:
    found = broadcasts.estimate(row)
    assert found
    return {line.country: (line.segments, line.cost_words) for line in found.lines}


def page(browser: Client, row: Broadcast) -> str:
    return browser.get(row.get_absolute_url()).content.decode()


def test_segments_times_the_price_paid_lately_by_country(
    make: Make, paid: Paid, seven: Server
) -> None:
    paid("0.1", segments=2)
    paid("0.03", segments=1)
    paid("0.075", LONDON)
    paid("9", LONDON, gateway="d7")
    paid(None, LONDON)

    row = make(HERS, "+13105550141", LONDON, text="x" * 161)

    assert lines(row) == {"US": (4, "0.17 EUR"), "GB": (2, "0.15 EUR")}
    found = broadcasts.estimate(row)
    assert found
    assert (found.total_words, found.unknown) == ("0.32 EUR", 0)


def test_a_country_without_a_price_is_left_out_of_the_sum_and_said(
    make: Make, paid: Paid, seven: Server, alices_browser: Client
) -> None:
    paid("0.05", segments=1)

    row = make()

    assert lines(row) == {"US": (1, "0.05 EUR"), "GB": (1, "")}
    shown = page(alices_browser, row)
    assert "About 0.05 EUR" in shown
    assert "Without 1 SMS whose price nobody told." in shown
    assert "Not known yet" in shown


def test_a_gateway_that_tells_no_prices_is_said_to(
    make: Make, gateways: None, number: Number, alices_browser: Client
) -> None:
    Number.objects.filter(pk=number.pk).update(gateway="d7")

    shown = page(alices_browser, make())

    assert "It tells no prices" in shown
    assert "About" not in shown


def test_what_costs_nothing_is_not_listed_by_country(
    make: Make, paid: Paid, seven: Server, alices_browser: Client
) -> None:
    paid("0")
    paid("0", LONDON)

    shown = page(alices_browser, make())

    assert "Nothing: these texts are free" in shown
    assert "Country" not in shown


def test_what_was_paid_long_ago_says_nothing(
    make: Make, paid: Paid, seven: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pricing, "LOOK_BACK", 1)
    paid("0.05", segments=1)
    paid("0.07", LONDON)

    assert lines(make()) == {"US": (1, ""), "GB": (1, "0.07 EUR")}


@pytest.mark.parametrize(
    "play", [answer(500), answer(200, "900"), answer(200, []), hang], ids=["500", "key", "odd", "-"]
)
def test_a_gateway_in_trouble_holds_nothing_up(
    make: Make, paid: Paid, seven: Server, play: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(currencies, "PATIENCE", 0.5)
    seven.plays(play)
    paid("0.05", segments=1)

    row = make(HERS)

    assert row.state == Broadcast.State.READY
    assert lines(row) == {"US": (1, "0.05")}


def test_one_whose_gateway_is_not_set_up_is_ready_all_the_same(
    make: Make, alices_browser: Client
) -> None:
    row = make(HERS)

    assert lines(row) == {"US": (1, "")}
    assert "It tells no prices" in page(alices_browser, row)


def test_the_estimate_follows_the_words_and_survives_a_crash(
    make: Make, paid: Paid, seven: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid("0.05", segments=1)
    row = make(HERS)
    Broadcast.objects.filter(pk=row.pk).update(text="x" * 161)
    broadcasts.prepare_again(row)
    with monkeypatch.context() as patch:
        patch.setattr(pricing, "_prices", dies)
        with pytest.raises(SystemExit):
            broadcasts.work()
    row.refresh_from_db()
    assert (row.state, row.estimate) == (Broadcast.State.READY, None)

    broadcasts.work()

    row.refresh_from_db()
    assert lines(row) == {"US": (2, "0.10 EUR")}


def dies() -> Any:
    raise SystemExit


def test_a_ready_page_looks_again_only_until_it_knows(make: Make, alices_browser: Client) -> None:
    row = make(HERS)

    known = page(alices_browser, row)
    Broadcast.objects.update(estimate=None)

    assert 'hx-trigger="load delay:2s"' not in known
    assert 'hx-trigger="load delay:2s"' in page(alices_browser, row)


def test_the_currencies_of_two_gateways_are_not_added_up() -> None:
    found = pricing.Estimate(
        [
            pricing.Line("seven", "US", 2, "0.05", "EUR"),
            pricing.Line("simulator", "US", 3, "0.01", ""),
            pricing.Line("seven", "GB", 1, "0.07", "EUR"),
        ]
    )

    assert found.total_words == "0.03 + 0.17 EUR"
