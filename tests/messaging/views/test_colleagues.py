"""Two of the team who write to the same person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from messaging import colleagues, texting
from messaging.models import Message, Number, Origin, Typing
from tests.messaging.views.conftest import CAROLS_PHONE, HTMX, conversation_of
from tests.messaging.views.test_live import LIVE, held, taken_over


@pytest.fixture
def bobs_text(carol: Contact, number: Number, bob: User) -> Message:
    """Bob has just texted Carol."""
    return texting.send(
        text="I am on it",
        phone=CAROLS_PHONE,
        number=number,
        origin=Origin.FORM,
        author=bob,
        contact=carol,
    )


def send(browser: Client, contact: Contact, seen: object, headers: dict[str, str] | None = None):
    url = reverse("messaging:send-text", args=[contact.pk])
    return browser.post(url, {"text": "On it", "seen": seen}, headers=headers or {})


def type_to(browser: Client, contact: Contact) -> None:
    assert browser.post(reverse("messaging:typing", args=[contact.pk])).status_code == 204


def test_a_colleague_sees_who_is_replying_until_it_is_over(
    alices_browser: Client, bobs_browser: Client, carol: Contact, sent: Message
) -> None:
    page = held(alices_browser, carol.get_absolute_url())
    assert page["typing"] == ""
    type_to(bobs_browser, carol)

    html = alices_browser.get(LIVE, page).content.decode()
    assert "Bob is replying" in html
    page |= {"typing": "Bob is replying"}
    assert alices_browser.get(LIVE, page).status_code == 204

    send(bobs_browser, carol, sent.pk)
    html = alices_browser.get(LIVE, page).content.decode()
    assert "Bob is replying" not in html
    assert 'id="typing" role="status" hx-swap-oob="true"' in html


def test_the_inbox_shows_it_too(
    alices_browser: Client, bobs_browser: Client, carol: Contact, sent: Message
) -> None:
    url = f"{reverse('messaging:inbox')}?open={conversation_of(carol).pk}"
    page = held(alices_browser, url)
    type_to(bobs_browser, carol)

    assert "Bob is replying" in alices_browser.get(LIVE, page).content.decode()
    assert "Bob is replying" in alices_browser.get(url).content.decode()


def test_nobody_is_told_about_themselves_nor_about_long_ago(
    alices_browser: Client, carol: Contact, alice: User, bob: User
) -> None:
    type_to(alices_browser, carol)
    assert colleagues.who_types(carol, alice) == ""
    assert colleagues.who_types(carol, bob) == "Alice is replying"

    Typing.objects.update(at=timezone.now() - timedelta(seconds=31))

    assert colleagues.who_types(carol, bob) == ""


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_sender_is_asked_once(
    alices_browser: Client,
    carol: Contact,
    sent: Message,
    bobs_text: Message,
    headers: dict[str, str],
) -> None:
    response = send(alices_browser, carol, sent.pk, headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Bob texted Carol" in page
    assert "send yours too?" in page
    assert "On it</textarea>" in page
    assert f'name="seen" id="text-seen" value="{bobs_text.pk}"' in page
    assert Message.objects.count() == 2

    send(alices_browser, carol, bobs_text.pk, headers)

    assert Message.objects.count() == 3


@pytest.mark.parametrize("seen", ["", "x", "²", "9" * 40])
def test_a_form_that_says_nothing_of_what_it_saw_is_not_held_up(
    alices_browser: Client, carol: Contact, bobs_text: Message, seen: str
) -> None:
    assert send(alices_browser, carol, seen).status_code == 302


def test_one_is_not_asked_about_ones_own_text_nor_a_machines_nor_an_old_one(
    alices_browser: Client, carol: Contact, sent: Message, bobs_text: Message, alice: User
) -> None:
    Message.objects.filter(pk=bobs_text.pk).update(origin=Origin.BROADCAST)
    assert colleagues.meanwhile(carol, alice, 0) == ""

    Message.objects.filter(pk=bobs_text.pk).update(origin=Origin.FORM)
    assert colleagues.meanwhile(carol, alice, 0)

    later = timezone.now() + timedelta(seconds=61)
    assert colleagues.meanwhile(carol, alice, 0, later) == ""


def test_what_one_sent_oneself_counts_as_seen(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    holds = {"page": f"contact-{carol.pk}", "texts": "0", "text": "Hello"}
    url = reverse("messaging:send-text", args=[carol.pk])

    html = alices_browser.post(url, holds, headers=HTMX).content.decode()

    assert f'id="text-seen" value="{Message.objects.get().pk}" hx-swap-oob="true"' in html
    assert taken_over({}, html)
