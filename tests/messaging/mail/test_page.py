"""The page of texting by e-mail: our addresses, and each one's own mails."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Contact, Member
from contacts.roles import Role
from messaging.mail import door
from messaging.models import Number, Preference
from tests.messaging.mail.mails import mail

PAGE, PROFILE = "/settings/mail/", "/settings/"


def test_it_says_how_to_write_from_each_number(alices_browser: Client, number: Number) -> None:
    shown = alices_browser.get(PAGE).content.decode()

    assert "12125550123@sms.example.com" in shown
    assert "12125550123.12125550100@sms.example.com" in shown


def test_where_it_is_off_it_says_so(alices_browser: Client, number: Number, settings: Any) -> None:
    settings.MAIL_DOMAIN = ""

    shown = alices_browser.get(PAGE).content.decode()

    assert "It is not set up here" in shown
    assert "12125550123" not in shown


@pytest.fixture
def mails(alice: User, bob: User, carol: Contact, number: Number) -> None:
    bob.email = "bob@example.com"
    bob.save()
    door.take(mail("Alice's"))
    door.take(mail("Bob's", sender="bob@example.com", to="12125550123.999@sms.example.com"))
    door.take(mail("Anybody's", sender="<b>mallory</b>@example.com"))


def test_everybody_sees_their_own(alices_browser: Client, mails: None) -> None:
    shown = alices_browser.get(PAGE).content.decode()

    assert "A text</a>" in shown
    assert "None of our numbers is" not in shown
    assert "Nobody here" not in shown


def test_who_runs_this_sees_all_and_no_words(
    alices_browser: Client, alice: User, mails: None
) -> None:
    Member.objects.filter(user=alice).update(role=Role.ADMIN)

    shown = alices_browser.get(PAGE).content.decode()

    assert "None of our numbers is “999”." in shown
    assert "does not name one sender" in shown or "Nobody here has this address" in shown
    assert "<b>mallory" not in shown
    assert "Bob&#x27;s" not in shown


def test_mails_of_what_comes_in_are_asked_for_in_the_profile(
    alices_browser: Client, alice: User, settings: Any
) -> None:
    typed = {"first_name": "Alice", "last_name": "A", "email": "alice@example.com"}

    alices_browser.post(PROFILE, typed | {"mail_inbound": "on"})
    assert Preference.objects.get(user=alice).mail_inbound

    settings.EMAIL_URL = ""
    assert "Mail me" not in alices_browser.get(PROFILE).content.decode()
    alices_browser.post(PROFILE, typed)
    assert Preference.objects.get(user=alice).mail_inbound  # not asked, so not changed

    settings.EMAIL_URL = "smtp://127.0.0.1"
    alices_browser.post(PROFILE, typed)
    assert not Preference.objects.get(user=alice).mail_inbound
