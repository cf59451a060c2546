"""Comment prefixes that text."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from contacts.models import Deal
from messaging.models import Channel, Number, Trigger

NEW = reverse("messaging:trigger-create")


def test_a_trigger_is_added_with_or_without_its_colon(
    danas_browser: Client, number: Number
) -> None:
    deals = ContentType.objects.get_for_model(Deal)

    given = {"prefix": "Sales", "number": number.pk, "active": "on"}
    danas_browser.post(NEW, given | {"record_types": [deals.pk]})

    trigger = Trigger.objects.get(prefix="sales:")
    assert (trigger.number, trigger.channel) == (number, Channel.SMS)
    assert list(trigger.record_types.all()) == [deals]


def test_a_calling_one_stays_so_where_nothing_else_is_said(danas_browser: Client) -> None:
    call = Trigger.objects.create(prefix="speak:", channel=Channel.CALL)
    page = reverse("messaging:trigger-edit", args=[call.pk])

    danas_browser.post(page, {"prefix": "ring:"})

    call.refresh_from_db()
    assert (call.prefix, call.channel) == ("ring:", Channel.CALL)


def test_a_prefix_is_one_word_and_taken_once(danas_browser: Client, number: Number) -> None:
    two_words = danas_browser.post(NEW, {"prefix": "call me:"})
    taken = danas_browser.post(NEW, {"prefix": "SMS:"})

    assert "one word with a colon" in two_words.content.decode()
    assert "already exists" in taken.content.decode()


def test_a_trigger_works_on_records_only(danas_browser: Client, number: Number) -> None:
    users = ContentType.objects.get(app_label="auth", model="user")

    response = danas_browser.post(NEW, {"prefix": "sales:", "record_types": [users.pk]})

    assert response.status_code == 422


def test_deleting_a_trigger_asks_first(danas_browser: Client, number: Number) -> None:
    trigger = Trigger.objects.get(prefix="sms:")
    url = reverse("messaging:trigger-delete", args=[trigger.pk])

    asked = danas_browser.get(url)
    assert Trigger.objects.filter(pk=trigger.pk).exists()
    danas_browser.post(url)

    assert asked.status_code == 200
    assert not Trigger.objects.filter(pk=trigger.pk).exists()
