"""Conversations by person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from messaging.models import Conversation, Message
from tests.messaging.views.conftest import Texts, conversation_of

INBOX = reverse("messaging:inbox")


def test_the_inbox_shows_who_wrote_last_what_and_how_many(
    alices_browser: Client, carol: Contact, arrive: Texts
) -> None:
    arrive("First")
    arrive("Running late")

    page = alices_browser.get(INBOX).content.decode()

    assert "Carol Finch" in page
    assert "Running late" in page
    assert "First" not in page
    assert '<span class="count">2<span class="visually-hidden"> unread' in page


def test_unread_leaves_out_what_was_read(
    alices_browser: Client, arrive: Texts, sent: Message
) -> None:
    assert "Nothing unread" in alices_browser.get(INBOX, {"show": "unread"}).content.decode()

    arrive("Running late")

    assert "Running late" in alices_browser.get(INBOX, {"show": "unread"}).content.decode()


def test_opening_a_conversation_marks_it_read_and_leads_to_the_person(
    alices_browser: Client, carol: Contact, arrive: Texts, sent: Message
) -> None:
    message = arrive("Running late")
    row = conversation_of(carol)

    response = alices_browser.get(reverse("messaging:conversation-open", args=[row.pk]))

    message.refresh_from_db()
    row.refresh_from_db()
    sent.refresh_from_db()
    assert response["Location"] == f"{carol.get_absolute_url()}?tab=conversation&unread=1"
    assert message.read_at is not None
    assert sent.read_at is None
    assert row.unread == 0


def test_the_conversation_pane_marks_itself_read(
    alices_browser: Client, carol: Contact, arrive: Texts
) -> None:
    arrive("Running late")
    row = conversation_of(carol)

    response = alices_browser.post(reverse("messaging:conversation-read", args=[row.pk]))

    row.refresh_from_db()
    assert row.unread == 0
    assert "innerHTML:[data-badge]" in response.content.decode()


def test_reading_one_conversation_leaves_the_others_unread(
    alices_browser: Client, carol: Contact, bakery: Any, arrive: Texts
) -> None:
    dave = Contact.objects.create(first_name="Dave")
    arrive("From Carol")
    other = arrive("From Dave", dave, phone="+12125550124")

    alices_browser.get(reverse("messaging:conversation-open", args=[conversation_of(carol).pk]))

    other.refresh_from_db()
    assert other.read_at is None
    assert conversation_of(dave).unread == 1


def test_a_bare_phone_leads_to_its_texts(alices_browser: Client, arrive: Texts) -> None:
    arrive("Who is this?", None)
    row = Conversation.objects.get(contact=None)

    response = alices_browser.get(reverse("messaging:conversation-open", args=[row.pk]))

    assert response["Location"] == "/communications/?phone=%2B12125550123"


def test_a_full_inbox_costs_as_many_questions_as_a_small_one(
    alices_browser: Client,
    many: Callable[[int], None],
    django_assert_num_queries: Any,
) -> None:
    many(30)

    # session, user, the page, and two for the shell
    with django_assert_num_queries(5):
        alices_browser.get(INBOX)
