"""From nothing to the first text: four steps, ticked off by what there is."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contacts.comments import post_comment
from contacts.models import Contact
from messaging import firstrun
from messaging.models import Message, Number

CONTACTS = "/contacts/"


def done(user: User) -> list[bool]:
    return [step.done for step in firstrun.steps(user)]


def test_somebody_who_has_nothing_is_led(danas_browser: Client) -> None:
    page = danas_browser.get("/", follow=True).content.decode()

    assert "Four steps to your first text" in page
    assert reverse("messaging:number-create") in page
    assert reverse("contacts:contact-create") in page


def test_each_step_is_ticked_off_by_the_database(
    dana: User, number: Number, carol: Contact
) -> None:
    with_contact = done(dana)
    post_comment(on=carol, author=dana, body="She rang")
    with_comment = done(dana)
    post_comment(on=carol, author=dana, body="sms: Hello there")

    assert with_contact == [True, True, False, False]
    assert with_comment == [True, True, True, False]
    assert done(dana) == []


def test_before_anything_nothing_is_ticked(dana: User) -> None:
    assert done(dana) == [False] * 4


def test_a_contact_without_a_phone_is_not_enough(dana: User) -> None:
    Contact.objects.create(first_name="Otto")

    assert done(dana)[1] is False


def test_who_may_not_add_a_number_is_not_sent_there(alices_browser: Client) -> None:
    page = alices_browser.get(CONTACTS).content.decode()

    assert "Whoever runs smscrm here does that." in page
    assert reverse("messaging:number-create") not in page.partition("<main")[2]


def test_the_steps_are_gone_once_a_text_was_sent(alices_browser: Client, sent: Message) -> None:
    assert "Four steps" not in alices_browser.get(CONTACTS).content.decode()


def test_a_search_is_not_interrupted(alices_browser: Client) -> None:
    assert "Four steps" not in alices_browser.get(CONTACTS, {"q": "x"}).content.decode()
