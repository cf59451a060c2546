"""Our numbers, and the gateways that carry them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import caps, wire
from messaging.models import DailyUse, GatewayState, Number

LIST, NEW = reverse("messaging:number-list"), reverse("messaging:number-create")
SALES = {
    "label": "Sales",
    "address": "(212) 555-0199",
    "gateway": "simulator",
    "daily_limit": "200",
    "time_zone": "Europe/Berlin",
    "active": "on",
}


def test_a_number_is_added_as_people_type_it(alices_browser: Client) -> None:
    alices_browser.post(NEW, SALES)

    number = Number.objects.get()
    assert (number.address, number.daily_limit) == ("+12125550199", 200)


def test_a_sender_name_is_a_number_too(alices_browser: Client) -> None:
    alices_browser.post(NEW, SALES | {"address": "Larkmoor"})

    assert not Number.objects.get().can_receive


def test_a_new_default_takes_over_from_the_old_one(alices_browser: Client, number: Number) -> None:
    alices_browser.post(NEW, SALES | {"is_default": "on"})

    number.refresh_from_db()
    assert not number.is_default
    assert Number.objects.get(is_default=True).label == "Sales"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"address": "12"}, "field-error"),
        ({"address": "A name that is too long"}, "sender name of up to 11"),
        ({"address": "+12125550100"}, "already exists"),
        ({"gateway": "seven"}, "SEVEN_API_KEY is empty"),
        ({"gateway": "pigeon"}, "not one of the available choices"),
        ({"time_zone": "Moon/Base"}, "is not a time zone"),
        ({"is_default": "on", "active": ""}, "Make another number the default one first."),
    ],
)
def test_what_cannot_be_is_told_under_its_field_and_nothing_is_saved(
    alices_browser: Client, number: Number, typed: dict[str, str], told: str
) -> None:
    response = alices_browser.post(NEW, SALES | typed)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert Number.objects.get() == number


def test_a_number_keeps_a_gateway_that_is_not_set_up(
    alices_browser: Client, number: Number
) -> None:
    Number.objects.update(gateway="seven")

    alices_browser.post(
        reverse("messaging:number-edit", args=[number.pk]),
        SALES | {"gateway": "seven", "is_default": "on"},
    )

    number.refresh_from_db()
    assert (number.label, number.gateway) == ("Sales", "seven")


def test_the_list_shows_todays_use_against_the_limit(
    alices_browser: Client, number: Number, django_assert_num_queries: Any
) -> None:
    Number.objects.update(daily_limit=200)
    today = caps.today(number, timezone.now())
    DailyUse.objects.create(number=number, day=today, used=63)
    Number.objects.create(address="+12125550198", label="Other", gateway="simulator")

    with django_assert_num_queries(7):  # session, user, numbers, their use, gateways, shell
        page = alices_browser.get(LIST).content.decode()

    assert "63 of 200" in page


def test_a_paused_gateway_says_why_and_is_resumed_by_hand(alices_browser: Client) -> None:
    GatewayState.objects.create(
        gateway="simulator", paused_at=timezone.now(), reason="no_credit", detail="402"
    )

    page = alices_browser.get(LIST).content.decode()
    alices_browser.post(reverse("messaging:gateway-resume", args=["simulator"]))

    assert "The account at the gateway has run out of credit." in page
    assert GatewayState.objects.get().paused_at is None


def test_the_webhook_address_is_only_for_who_runs_this(alices_browser: Client, alice: User) -> None:
    secret = wire.webhook_url("simulator")

    before = alices_browser.get(LIST).content.decode()
    User.objects.update(is_staff=True)
    after = alices_browser.get(LIST).content.decode()

    assert secret not in before
    assert secret in after
