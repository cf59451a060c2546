"""Conversations by person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact
from messaging import conversations
from messaging.models import Conversation, Message, Number
from tests.messaging.views.conftest import Texts, conversation_of
from tests.messaging.views.test_live import held, taken_over

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


def test_opening_a_conversation_marks_it_read_and_keeps_the_list(
    alices_browser: Client, carol: Contact, arrive: Texts, sent: Message
) -> None:
    message = arrive("Running late")
    row = conversation_of(carol)

    response = alices_browser.get(
        reverse("messaging:conversation-open", args=[row.pk]), {"show": "unread", "q": "Carol"}
    )

    message.refresh_from_db()
    row.refresh_from_db()
    sent.refresh_from_db()
    assert response["Location"] == f"{INBOX}?show=unread&q=Carol&open={row.pk}&unread=1"
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


def test_the_open_conversation_stands_beside_the_list(
    alices_browser: Client, carol: Contact, arrive: Texts
) -> None:
    arrive("Running late")

    page = alices_browser.get(INBOX, {"open": conversation_of(carol).pk}).content.decode()

    pane = page.partition('class="pane-chat"')[2]
    assert "Running late" in pane
    assert reverse("messaging:send-text", args=[carol.pk]) in pane
    assert 'data-tab="conversation"' in page
    assert 'aria-current="true"' in page.partition('id="conversations"')[2]


@pytest.mark.parametrize("pk", ["4711", "x", "-1", "9" * 30, "²"])
def test_a_conversation_that_is_not_there_leaves_the_list(
    alices_browser: Client, arrive: Texts, pk: str
) -> None:
    arrive("Running late")

    response = alices_browser.get(INBOX, {"open": pk})

    assert response.status_code == 200
    assert "No conversation chosen" in response.content.decode()


def test_a_bare_phone_has_its_texts_and_a_way_to_answer(
    alices_browser: Client, arrive: Texts
) -> None:
    arrive("Who is this?", None)
    row = Conversation.objects.get(contact=None)

    page = alices_browser.get(INBOX, {"open": row.pk}).content.decode()

    assert "Who is this?" in page.partition('id="messages"')[2]
    assert "/quick-text/?to=%2B12125550123" in page


def test_the_open_conversation_gets_its_news_with_the_list(
    alices_browser: Client, carol: Contact, arrive: Texts
) -> None:
    arrive("First")
    page = held(alices_browser, f"{INBOX}?open={conversation_of(carol).pk}")
    reply = arrive("Second")

    html = alices_browser.get(reverse("messaging:live"), page).content.decode()

    assert f'id="message-{reply.pk}"' in html
    assert 'id="conversations" hx-swap-oob="true"' in html
    assert 'aria-current="true"' in html
    assert alices_browser.get(reverse("messaging:live"), taken_over(page, html)).status_code == 204


@pytest.mark.parametrize("show", conversations.STATES)
def test_a_full_inbox_costs_as_many_questions_as_a_small_one(
    alices_browser: Client,
    many: Callable[[int], None],
    django_assert_num_queries: Any,
    show: str,
) -> None:
    asked = {"show": show, "q": "Person"}
    many(1)
    with CaptureQueriesContext(connection) as small:
        alices_browser.get(INBOX, asked)
    many(20)

    with django_assert_num_queries(len(small)):
        alices_browser.get(INBOX, asked)


def test_a_label_of_the_composer_names_no_filter_of_the_list(
    alices_browser: Client, carol: Contact, number: Number, arrive: Texts
) -> None:
    Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")
    arrive("Running late")

    page = alices_browser.get(INBOX, {"open": conversation_of(carol).pk}).content.decode()

    found = re.findall(r' id="([^"]+)"', page)
    assert "list_number" in found
    assert [one for one in set(found) if found.count(one) > 1] == []


def test_what_came_in_after_the_pane_was_drawn_is_not_taken_for_read(
    alices_browser: Client, carol: Contact, arrive: Texts
) -> None:
    arrive("Running late")
    row = conversation_of(carol)
    page = alices_browser.get(f"{carol.get_absolute_url()}?tab=conversation").content.decode()
    read = re.search(r'hx-post="([^"]+/read/[^"]*)"', page)
    arrive("Sorry, ill today")

    assert read
    alices_browser.post(read[1])

    row.refresh_from_db()
    assert row.unread == 1
    assert Message.objects.get(read_at=None, direction="inbound").text == "Sorry, ill today"
    done = reverse("messaging:conversation-done", args=[row.pk])
    alices_browser.post(done)
    row.refresh_from_db()
    assert row.done_at is None
