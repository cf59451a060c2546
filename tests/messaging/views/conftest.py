"""Texts as the screens meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models import Contact
from messaging import texting, tracks
from messaging.models import Conversation, Direction, Message, Number, Origin, Status
from tests.messaging.hooks.conftest import dns  # noqa: F401 (fixtures)

CAROLS_PHONE = "+12125550123"
HTMX = {"HX-Request": "true"}

Texts = Callable[..., Message]


@pytest.fixture
def sent(carol: Contact, number: Number, alice: User) -> Message:
    """A text from Alice to Carol, still in the queue."""
    return texting.send(
        text="See you at six",
        phone=CAROLS_PHONE,
        number=number,
        origin=Origin.FORM,
        author=alice,
        contact=carol,
    )


@pytest.fixture
def failed(sent: Message) -> Message:
    """One that the gateway refused."""
    return _become(sent, status=Status.FAILED, reason="invalid_number", settled_at=timezone.now())


@pytest.fixture
def unconfirmed(sent: Message) -> Message:
    """One whose fate nobody knows."""
    return _become(sent, status=Status.UNCONFIRMED, reason="timeout", attempt_no=1)


@pytest.fixture
def arrive(carol: Contact, number: Number) -> Texts:
    """Makes a text come in: from Carol, or whoever is named."""

    def make(text: str = "On my way", contact: Contact | None = carol, **more: Any) -> Message:
        fields: dict[str, Any] = {
            "direction": Direction.INBOUND,
            "status": Status.RECEIVED,
            "origin": Origin.GATEWAY,
            "number": number,
            "gateway": "simulator",
            "contact": contact,
            "phone": CAROLS_PHONE,
            "text": text,
            "encoding": "GSM-7",
            "segments": 1,
        }
        message = Message.objects.create(**(fields | more))
        tracks.add(message)
        tracks.converse(message)
        return message

    return make


@pytest.fixture
def many(arrive: Texts, alice: User) -> Callable[[int], None]:
    """Makes so many people, each with a conversation of two texts, one unread."""

    def make(count: int) -> None:
        for i in range(count):
            person = Contact.objects.create(first_name=f"Person {i}")
            long_ago = timezone.now() - timedelta(hours=i + 1)
            arrive("Hello", person, phone=f"+1212555{i:04}", created_at=long_ago)
            arrive(
                "Hello to you",
                person,
                phone=f"+1212555{i:04}",
                direction=Direction.OUTBOUND,
                status=Status.QUEUED,
                author=alice,
            )

    return make


def conversation_of(contact: Contact) -> Conversation:
    return Conversation.objects.get(contact=contact)


def _become(message: Message, **fields: Any) -> Message:
    Message.objects.filter(pk=message.pk).update(**fields, updated_at=timezone.now())
    message.refresh_from_db()
    return message
