"""Our numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import caps
from messaging.models import DailyUse, Number

LIST, NEW = reverse("messaging:number-list"), reverse("messaging:number-create")
SALES = {
    "label": "Sales",
    "address": "(212) 555-0199",
    "gateway": "simulator",
    "daily_limit": "200",
    "time_zone": "Europe/Berlin",
    "active": "on",
}


def test_a_number_is_added_as_people_type_it(danas_browser: Client) -> None:
    danas_browser.post(NEW, SALES)

    number = Number.objects.get()
    assert (number.address, number.daily_limit) == ("+12125550199", 200)


def test_a_sender_name_is_a_number_too(danas_browser: Client) -> None:
    danas_browser.post(NEW, SALES | {"address": "Larkmoor"})

    assert not Number.objects.get().can_receive


def test_a_new_default_takes_over_from_the_old_one(danas_browser: Client, number: Number) -> None:
    danas_browser.post(NEW, SALES | {"is_default": "on"})

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
    danas_browser: Client, number: Number, typed: dict[str, str], told: str
) -> None:
    response = danas_browser.post(NEW, SALES | typed)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert Number.objects.get() == number


def test_a_number_keeps_a_gateway_that_is_not_set_up(danas_browser: Client, number: Number) -> None:
    Number.objects.update(gateway="seven")

    danas_browser.post(
        reverse("messaging:number-edit", args=[number.pk]),
        SALES | {"gateway": "seven", "is_default": "on"},
    )

    number.refresh_from_db()
    assert (number.label, number.gateway) == ("Sales", "seven")


def test_the_list_shows_todays_use_against_the_limit(
    danas_browser: Client, number: Number, django_assert_num_queries: Any
) -> None:
    Number.objects.update(daily_limit=200)
    today = caps.today(number, timezone.now())
    DailyUse.objects.create(number=number, day=today, used=63)
    Number.objects.create(address="+12125550198", label="Other", gateway="simulator")

    with django_assert_num_queries(5):  # session, user, numbers, their use, and the shell
        page = danas_browser.get(LIST).content.decode()

    assert "63 of 200" in page
