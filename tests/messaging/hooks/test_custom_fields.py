"""A change of custom fields is news of their contact, by whichever door: one piece of it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from contacts import custom
from contacts.models import Company, Contact, CustomField, CustomValue, Deal
from messaging import tokens
from messaging.hooks import payloads
from messaging.models import Delivery, Hook

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
TYPED = {"first_name": "Zoë", "phones-TOTAL_FORMS": "0", "phones-INITIAL_FORMS": "0"}
Fields = dict[str, CustomField]


@pytest.fixture
def fields() -> Fields:
    """Three on contacts."""
    kind = ContentType.objects.get_for_model(Contact)
    kinds = {"street": "text", "rent": "number", "birthday": "date"}
    return {
        key: CustomField.objects.create(content_type=kind, key=key, label=key, type=one)
        for key, one in kinds.items()
    }


@pytest.fixture
def zoe(fields: Fields) -> Contact:
    """With a rent of 7, and somebody who listens from now on."""
    zoe = Contact.objects.create(first_name="Zoë")
    custom.keep(zoe, {fields["rent"]: Decimal(7)})
    Hook.objects.create(url="http://127.0.0.1:9/", on_contact=True)
    return zoe


def news() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.order_by("pk")
    return list(rows.values_list("event", "subject", "detail"))


def updated(contact: Contact) -> list[tuple[str, str, str]]:
    """As one piece of news."""
    return [("contact.changed", str(contact.pk), "updated")]


@pytest.mark.parametrize(
    "values",
    [
        {"street": "Mill Lane 4"},
        {"rent": Decimal(8)},
        {"rent": None},
        {"birthday": date(1990, 3, 1)},
        {"street": "Mill Lane 4", "rent": None, "birthday": date(1990, 3, 1)},
    ],
    ids=["added", "changed", "emptied", "a day", "several"],
)
def test_a_change_is_one_piece_of_news(
    zoe: Contact, fields: Fields, values: dict[str, Any]
) -> None:
    custom.keep(zoe, {fields[key]: value for key, value in values.items()})

    assert news() == updated(zoe)


def test_what_stays_as_it_was_is_none(zoe: Contact, fields: Fields) -> None:
    custom.keep(zoe, {fields["rent"]: Decimal(7), fields["street"]: ""})
    CustomValue.objects.get().save()

    assert news() == []


def test_a_form_tells_once_of_all_it_changed(
    zoe: Contact, fields: Fields, alices_browser: Client
) -> None:
    custom_ones = {"f-street": "Mill Lane 4", "f-rent": "", "f-birthday": "1990-03-01"}

    alices_browser.post(f"/contacts/{zoe.pk}/edit/", TYPED | custom_ones | {"last_name": "Holm"})

    assert news() == updated(zoe)


def test_a_form_that_changed_custom_fields_alone_tells_too(
    zoe: Contact, fields: Fields, alices_browser: Client
) -> None:
    alices_browser.post(f"/contacts/{zoe.pk}/edit/", TYPED | {"f-street": "Mill Lane 4"})

    assert news() == updated(zoe)


def test_the_api_tells_once_and_the_news_says_what_they_hold(
    zoe: Contact, fields: Fields, client: Client, alice: User
) -> None:
    bearer = {"Authorization": f"Bearer {tokens.issue(alice, name='Script')[1]}"}
    given = {"custom": {"street": "Mill Lane 4", "rent": 9}}

    client.patch(f"/api/v1/contacts/{zoe.pk}", given, "application/json", headers=bearer)
    (told,) = Delivery.objects.all()
    payloads.put_into_words(told)

    assert json.loads(told.body)["data"]["custom"] == {"street": "Mill Lane 4", "rent": "9"}


def test_a_contact_that_comes_with_them_is_created_and_one_that_goes_deleted(
    zoe: Contact, fields: Fields, alices_browser: Client
) -> None:
    alices_browser.post("/contacts/new/", TYPED | {"f-street": "Mill Lane 4"})
    new = Contact.objects.latest("pk")
    zoe_pk = zoe.pk

    zoe.delete()

    assert news() == [
        ("contact.changed", str(new.pk), "created"),
        ("contact.changed", str(zoe_pk), "deleted"),
    ]


@pytest.mark.parametrize("model", [Company, Deal])
def test_those_of_other_records_are_no_news_of_a_contact(zoe: Contact, model: Any) -> None:
    name = "title" if model is Deal else "name"
    record = model.objects.create(pk=zoe.pk, **{name: "Mill"})
    kind = ContentType.objects.get_for_model(model)
    field = CustomField.objects.create(content_type=kind, key="size", label="Size")

    custom.keep(record, {field: "12"})
    custom.keep(record, {field: "13"})
    custom.keep(record, {field: ""})

    assert news() == []
