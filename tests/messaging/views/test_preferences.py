"""What a member of the team chose holds for them, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.comments import post_comment
from contacts.models import Contact
from messaging import commentbox, preferences, routing
from messaging.models import Message, Number, Preference


@pytest.fixture
def sales(number: Number) -> Number:
    """Another number of ours; Office is the default."""
    return Number.objects.create(address="+12125550101", label="Sales", gateway="simulator")


def test_what_is_chosen_goes_before_all_else(carol: Contact, number: Number, sales: Number) -> None:
    assert routing.number_for(carol, chosen=sales) == sales


def test_a_conversation_goes_before_what_its_author_usually_sends_from(
    carol: Contact, number: Number, sales: Number, alice: User, arrive: Any
) -> None:
    Preference.objects.create(user=alice, number=number)
    arrive(number=sales)

    assert routing.number_for(carol, author=alice) == sales


def test_the_authors_number_goes_before_the_default(
    carol: Contact, sales: Number, alice: User, bob: User
) -> None:
    Preference.objects.create(user=alice, number=sales)

    assert routing.number_for(carol, author=alice) == sales
    assert routing.number_for(None, author=alice) == sales
    assert routing.number_for(carol, author=bob).is_default  # type: ignore[union-attr]


def test_a_number_that_was_switched_off_is_nobodys_any_more(
    carol: Contact, sales: Number, alice: User
) -> None:
    Preference.objects.create(user=alice, number=sales)
    Number.objects.filter(pk=sales.pk).update(active=False)

    found = routing.number_for(carol, author=User.objects.get(pk=alice.pk))
    assert found is not None
    assert found.is_default


def test_a_comment_that_texts_leaves_from_its_authors_number_and_says_so_before(
    carol: Contact, sales: Number, alice: User
) -> None:
    Preference.objects.create(user=alice, number=sales)

    told = commentbox.told(carol, alice)
    post_comment(on=carol, author=alice, body="sms: See you at six")

    assert told[0]["from"] == "Sales"
    assert Message.objects.get().number == sales


def test_nought_seconds_are_an_undo_window_too(alice: User, settings: Any) -> None:
    settings.UNDO_SECONDS = 5
    before = preferences.undo_window(alice)

    Preference.objects.create(user=alice, undo_seconds=0)

    assert before == timedelta(seconds=5)
    assert preferences.undo_window(User.objects.get(pk=alice.pk)) == timedelta(0)


def test_nobody_has_no_preferences() -> None:
    assert preferences.of(AnonymousUser()) is None
    assert preferences.of(None) is None


def test_times_are_shown_in_the_zone_of_who_looks(
    alices_browser: Client, bob: User, alice: User, arrive: Any
) -> None:
    arrive(created_at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    Preference.objects.create(user=alice, time_zone="Asia/Tokyo")
    bobs_browser = Client()
    bobs_browser.force_login(bob)

    alices = alices_browser.get("/communications/").content.decode()
    bobs = bobs_browser.get("/communications/").content.decode()

    assert 'datetime="2026-11-20T21:00:00+09:00"' in alices
    assert 'datetime="2026-11-20T12:00:00+00:00"' in bobs


def test_a_preference_costs_no_query_of_its_own(
    alices_browser: Client, alice: User, number: Number
) -> None:
    Preference.objects.create(user=alice, time_zone="Asia/Tokyo")

    with CaptureQueriesContext(connection) as asked:
        alices_browser.get("/contacts/suggest/")

    about_it = [query["sql"] for query in asked if "messaging_preference" in query["sql"]]
    assert len(about_it) == 1
    assert "JOIN" in about_it[0]


def test_who_was_switched_off_is_signed_out(alices_browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert alices_browser.get("/contacts/").status_code == 302
