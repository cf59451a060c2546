"""Numbers that are nobody's yet, and whose they turn out to be."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contacts.comments import post_comment
from contacts.models import Contact, Phone
from messaging import people
from messaging.models import Conversation, Message, Number
from tests.messaging.views.conftest import Texts, conversation_of

INBOX = reverse("messaging:inbox")
UNKNOWN = "+12125550177"


@pytest.fixture
def stranger(number: Number, arrive: Texts) -> Conversation:
    """Somebody unknown who texted twice: a contact called like its number."""
    contact = people.find_or_create(UNKNOWN, number)
    arrive("Hello?", contact, phone=UNKNOWN)
    arrive("Are you there?", contact, phone=UNKNOWN)
    return conversation_of(contact)


@pytest.fixture
def bare(arrive: Texts) -> Conversation:
    """A phone that has no contact at all."""
    arrive("Who is this?", None, phone=UNKNOWN)
    return Conversation.objects.get(contact=None)


def whose(row: Conversation) -> str:
    return reverse("messaging:conversation-whose", args=[row.pk])


def test_a_stranger_can_become_a_contact_or_somebody_known(
    alices_browser: Client, stranger: Conversation
) -> None:
    page = alices_browser.get(INBOX, {"open": stranger.pk}).content.decode()

    assert "Nobody in your contacts has +1 212-555-0177." in page
    assert reverse("contacts:contact-edit", args=[stranger.contact_id]) in page
    assert whose(stranger) in page


def test_somebody_known_is_not_asked_about(
    alices_browser: Client, carol: Contact, arrive: Texts
) -> None:
    arrive("It is me")

    page = alices_browser.get(INBOX, {"open": conversation_of(carol).pk}).content.decode()

    assert "Nobody in your contacts" not in page


def test_a_bare_phone_becomes_a_contact_with_its_texts(
    alices_browser: Client, bare: Conversation
) -> None:
    response = alices_browser.post(reverse("messaging:conversation-name", args=[bare.pk]))

    contact = Contact.objects.get(phones__e164=UNKNOWN)
    assert response["Location"] == reverse("contacts:contact-edit", args=[contact.pk])
    assert Message.objects.get().contact == contact
    assert Conversation.objects.get().contact == contact


def test_a_bare_phone_that_somebody_has_meanwhile_becomes_theirs(
    alices_browser: Client, bare: Conversation, carol: Contact
) -> None:
    Phone.objects.create(contact=carol, e164=UNKNOWN)

    alices_browser.post(reverse("messaging:conversation-name", args=[bare.pk]))

    assert Conversation.objects.get().contact == carol
    assert Message.objects.get().contact == carol


def test_the_search_offers_people_but_not_the_stranger(
    alices_browser: Client, stranger: Conversation, carol: Contact
) -> None:
    assert "Add to" not in alices_browser.get(whose(stranger)).content.decode()

    page = alices_browser.get(whose(stranger), {"q": "fin"}).content.decode()
    assert "Add to Carol" in page

    page = alices_browser.get(whose(stranger), {"q": "0177"}).content.decode()
    assert "Nobody found" in page


def test_the_texts_and_the_phone_go_to_whom_was_chosen(
    alices_browser: Client, stranger: Conversation, carol: Contact
) -> None:
    old = stranger.contact_id

    response = alices_browser.post(whose(stranger), {"contact": carol.pk})

    row = conversation_of(carol)
    assert response["Location"] == f"{INBOX}?open={row.pk}"
    assert row.unread == 2
    assert carol.phones.filter(e164=UNKNOWN).exists()
    assert not Message.objects.exclude(contact=carol).exists()
    assert not Contact.objects.filter(pk=old).exists()


def test_a_stranger_with_notes_stays(
    alices_browser: Client, stranger: Conversation, carol: Contact, alice: User
) -> None:
    contact: Any = stranger.contact
    post_comment(on=contact, author=alice, body="Rang twice, said nothing")

    alices_browser.post(whose(stranger), {"contact": carol.pk})

    assert Contact.objects.filter(pk=contact.pk).exists()


@pytest.mark.parametrize("contact", ["", "4711", "x", "9" * 30])
def test_nobody_is_nobody(alices_browser: Client, stranger: Conversation, contact: str) -> None:
    response = alices_browser.post(whose(stranger), {"contact": contact})

    assert response.status_code == 404
    assert Message.objects.filter(contact=stranger.contact).count() == 2


def test_a_thread_without_our_number_says_why_it_stays(
    alices_browser: Client, stranger: Conversation, carol: Contact
) -> None:
    Conversation.objects.filter(pk=stranger.pk).update(number=None)

    response = alices_browser.post(whose(stranger), {"contact": carol.pk}, follow=True)

    assert "cannot be moved" in response.content.decode()
