"""Demo mode: somebody answers as the people we text would."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from contacts.models import Comment, Contact
from messaging import wire
from messaging.models import Direction, Message, Number, Status

HANDSET, ANSWER = reverse("messaging:handset"), reverse("messaging:handset-answer")


def test_a_phone_shows_what_arrived_on_it_and_nothing_else(
    alices_browser: Client, sent: Message
) -> None:
    waiting = alices_browser.get(HANDSET).content.decode()
    Message.objects.update(status=Status.DELIVERED)
    arrived = alices_browser.get(HANDSET).content.decode()

    assert "See you at six" not in waiting
    assert "See you at six" in arrived
    assert "Carol Finch" in arrived


def test_any_number_can_be_opened_and_a_wrong_one_is_told(
    alices_browser: Client, number: Number
) -> None:
    opened = alices_browser.get(HANDSET, {"phone": "212 555 0177"}).content.decode()
    wrong = alices_browser.get(HANDSET, {"phone": "12"}).content.decode()

    assert "Text to Office" in opened
    assert "field-error" in wrong


@pytest.mark.django_db(transaction=True)
def test_an_answer_comes_in_through_the_real_webhook(
    alices_browser: Client,
    carol: Contact,
    sent: Message,
    live_server: Any,
    settings: LazySettings,
) -> None:
    settings.PUBLIC_URL = live_server.url
    wire.forget()
    Message.objects.update(status=Status.DELIVERED, attempt_no=1)

    alices_browser.post(
        ANSWER, {"phone": sent.phone, "number": sent.number_id, "text": "On my way"}
    )

    reply = Message.objects.get(direction=Direction.INBOUND)
    assert (reply.text, reply.contact, reply.reply_to) == ("On my way", carol, sent)
    assert Comment.objects.on(carol).first().track.message == reply  # type: ignore[union-attr]


def test_an_answer_that_does_not_get_through_is_told_in_a_sentence(
    alices_browser: Client, sent: Message, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # the discard port: nobody listens

    response = alices_browser.post(
        ANSWER, {"phone": sent.phone, "number": sent.number_id, "text": "On my way"}, follow=True
    )

    assert "The answer did not get through" in response.content.decode()
    assert not Message.objects.filter(direction=Direction.INBOUND).exists()
