"""Writing a text: on a contact's page, and to any number."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contacts.models import Comment, Contact, Phone
from messaging import chat, consent
from messaging.models import Conversation, Message, Number, Origin, Status
from tests.messaging.views.conftest import HTMX

QUICK = reverse("messaging:quick-text")


def send_url(contact: Contact) -> str:
    return reverse("messaging:send-text", args=[contact.pk])


def test_send_text_queues_it_and_shows_it_everywhere(
    alices_browser: Client, carol: Contact, number: Number, alice: User
) -> None:
    response = alices_browser.post(send_url(carol), {"text": "See you at six"})

    message = Message.objects.get()
    assert response["Location"] == f"{carol.get_absolute_url()}?tab=conversation"
    assert (message.text, message.phone, message.author) == (
        "See you at six",
        "+12125550123",
        alice,
    )
    assert (message.origin, message.status) == (Origin.FORM, Status.QUEUED)
    assert Comment.objects.on(carol).get().track.message == message
    assert Conversation.objects.get(contact=carol).last_message == message


def test_the_chosen_number_and_phone_are_used(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    sales = Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")
    Phone.objects.create(contact=carol, e164="+12125550124", kind="work")

    alices_browser.post(
        send_url(carol), {"text": "Hi", "number": sales.pk, "phone": "+12125550124"}
    )

    message = Message.objects.get()
    assert (message.number, message.phone) == (sales, "+12125550124")


@pytest.mark.parametrize("field", ["number", "phone"])
def test_a_number_that_is_not_to_be_chosen_sends_nothing(
    alices_browser: Client, carol: Contact, number: Number, field: str
) -> None:
    Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")
    Phone.objects.create(contact=carol, e164="+12125550124", kind="work")

    response = alices_browser.post(send_url(carol), {"text": "Hi", field: "+12125550177"})

    assert response.status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_stands_under_the_words_which_are_kept(
    alices_browser: Client, carol: Contact, number: Number, headers: dict[str, str]
) -> None:
    response = alices_browser.post(send_url(carol), {"text": "x" * 1700}, headers=headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert "This text is too long: 1,700 characters" in page
    assert "x" * 1700 in page
    assert not Message.objects.exists()


def test_the_answer_to_a_send_holds_the_pending_bubble_with_its_undo(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    holds = {"page": f"contact-{carol.pk}", "texts": "0", "entries": "0"}

    response = alices_browser.post(send_url(carol), {"text": "Hello", **holds}, headers=HTMX)

    page = response.content.decode()
    message = Message.objects.get()
    assert response["HX-Reswap"] == "none"
    assert f'id="message-{message.pk}"' in page
    assert f'id="track-{message.pk}"' in page
    assert reverse("messaging:message-cancel", args=[message.pk]) in page


def test_nobody_without_a_phone_is_texted(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    carol.phones.all().delete()

    response = alices_browser.post(send_url(carol), {"text": "Hello"})

    assert "Carol has no phone number to text." in response.content.decode()
    assert not Message.objects.exists()


def test_who_opted_out_is_not_texted(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    response = alices_browser.post(send_url(carol), {"text": "Hello"})

    assert "not to be texted" in response.content.decode()
    assert not Message.objects.exists()


def test_the_composer_says_which_of_two_phones_opted_out(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    carol.phones.create(e164="+12125550177", kind="home")
    consent.opt_out("+12125550123", source="reply", words="STOP")

    page = alices_browser.get(f"/contacts/{carol.pk}/").content.decode()

    assert "not to be texted. Only another phone of theirs can be texted." in page
    assert "Send text" in page or "Send anyway" in page


def test_without_a_number_of_ours_the_form_says_where_to_add_one(
    alices_browser: Client, carol: Contact
) -> None:
    response = alices_browser.post(send_url(carol), {"text": "Hello"})

    assert "add one of yours under Numbers" in response.content.decode()


def test_a_quick_text_needs_no_contact(alices_browser: Client, number: Number, alice: User) -> None:
    response = alices_browser.post(
        QUICK, {"to": "(212) 555-0177", "text": "Your parcel is here"}, follow=True
    )

    message = Message.objects.get()
    assert (message.phone, message.contact) == ("+12125550177", None)
    assert message.origin == Origin.QUICK
    assert Conversation.objects.get(phone="+12125550177").last_message == message
    assert "Just sent" in response.content.decode()
    assert not response.context["form"].is_bound


def test_a_quick_text_to_somebody_known_stands_on_their_timeline(
    alices_browser: Client, number: Number, carol: Contact
) -> None:
    alices_browser.post(QUICK, {"to": "212 555 0123", "text": "Hello"})

    assert Comment.objects.on(carol).get().track.message.contact == carol


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"to": "12", "text": "Hello"}, "12"),
        ({"to": "", "text": "Hello"}, "Give the number to text."),
        ({"to": "212 555 0123", "text": " "}, "Write something first."),
    ],
)
def test_a_quick_text_that_cannot_be_keeps_what_was_typed(
    alices_browser: Client, number: Number, typed: dict[str, str], told: str
) -> None:
    response = alices_browser.post(QUICK, typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert "field-error" in page
    assert told in page
    assert typed["text"] in page
    assert not Message.objects.exists()


def test_somebody_elses_quick_text_is_not_shown_as_just_sent(
    client: Client, bob: User, sent: Message, number: Number
) -> None:
    Message.objects.update(origin=Origin.QUICK)
    client.force_login(bob)

    response = client.get(QUICK, {"sent": sent.pk})

    assert "Just sent" not in response.content.decode()


def test_older_texts_come_by_their_own_address(
    alices_browser: Client, carol: Contact, arrive: Any
) -> None:
    for i in range(chat.SHOWN + 10):
        arrive(f"Text {i}.")
    page = alices_browser.get(carol.get_absolute_url()).content.decode()
    assert "Text 10." in page
    assert "Text 9." not in page.partition('id="messages"')[2]

    cursor = page.partition("?before=")[2].partition('"')[0]
    older = alices_browser.get(
        reverse("messaging:conversation-earlier", args=[carol.pk]), {"before": cursor}
    ).content.decode()

    assert "Text 9." in older
    assert "Text 10." not in older
    assert 'id="earlier"' not in older
