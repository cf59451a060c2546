"""What an address of ours means, and that nobody can make one up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models import Contact
from messaging.mail import addresses
from messaging.mail.addresses import Answer, Phone
from messaging.models import Conversation, Number


@pytest.fixture
def talk(carol: Contact, number: Number) -> Conversation:
    return Conversation.objects.create(
        contact=carol, phone="+12125550123", number=number, last_at=timezone.now()
    )


@pytest.mark.parametrize(
    ("local", "meaning"),
    [
        ("12125550123", Phone("+12125550123", "")),
        ("+12125550123", Phone("+12125550123", "")),
        ("12125550123.12125550100", Phone("+12125550123", "12125550100")),
        ("12125550123.ACME", Phone("+12125550123", "acme")),
    ],
)
def test_a_phone_in_front_of_our_domain_is_texted(local: str, meaning: Phone) -> None:
    assert addresses.read(f"{local}@SMS.example.com") == meaning


@pytest.mark.parametrize(
    "address",
    [
        "12125550123@example.com",
        "12125550123@sms.example.com.evil.example",
        "alice@sms.example.com",
        "123456@sms.example.com",
        "1234567890123456@sms.example.com",
        "12125550123.x@sms.example.com",
        "١٢١٢٥٥٥٠١٢٣@sms.example.com",
        "r-1-1-1-aaaaaaaaaaaaaaaa@sms.example.com",
        "@sms.example.com",
        "",
    ],
)
def test_nothing_else_means_anything(address: str) -> None:
    assert addresses.read(address) is None


def test_without_a_domain_nothing_is_ours(settings: Any) -> None:
    settings.MAIL_DOMAIN = ""

    assert addresses.read("12125550123@") is None
    assert not addresses.is_ours("12125550123@")


def test_the_address_of_an_answer_is_read_again_also_in_capitals(
    talk: Conversation, alice: User
) -> None:
    address = addresses.of_answer(talk, alice)

    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert addresses.read(address) == Answer(talk.pk, alice.pk)
    assert addresses.read(address.upper()) == Answer(talk.pk, alice.pk)


def test_of_a_changed_one_nothing_is_left(talk: Conversation, alice: User, bob: User) -> None:
    address = addresses.of_answer(talk, alice)
    for place, letter in enumerate(address.partition("@")[0]):
        other = "b" if letter == "a" else "a"
        changed = address[:place] + other + address[place + 1 :]
        assert addresses.read(changed) is None, changed


def test_it_ends_after_thirty_days(talk: Conversation, alice: User) -> None:
    now = timezone.now()

    young = addresses.of_answer(talk, alice, now - timedelta(days=30))
    old = addresses.of_answer(talk, alice, now - timedelta(days=31))

    assert addresses.read(young)
    assert addresses.read(old) is None


def test_it_outlives_a_new_secret_key_and_not_the_loss_of_the_old_one(
    talk: Conversation, alice: User, settings: Any
) -> None:
    address, old = addresses.of_answer(talk, alice), settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [old]
    assert addresses.read(address)

    settings.SECRET_KEY_FALLBACKS = []
    assert addresses.read(address) is None
