"""“Not if they reply first”: whichever of their phones they use, and whoever it is put down to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from contacts import merging
from contacts.models import Contact, Phone
from messaging import arrivals, people, texting
from messaging.gateways.base import InboundText
from messaging.models import Message, Number, Origin, Status

pytestmark = pytest.mark.storage
CAROLS, SECOND = "+12125550123", "+12125550124"


def reply(number: Number, phone: str) -> Message:
    news = InboundText(sender=phone, to=number.address, text="Yes", external_id=f"r{phone}")
    message = arrivals.arrive(news, number.gateway, timezone.now())
    assert message
    return message


@pytest.fixture
def waiting(carol: Contact, number: Number, alice: User) -> Message:
    return for_tomorrow(carol, number, alice)


def for_tomorrow(carol: Contact, number: Number, alice: User) -> Message:
    """Not if she replies first."""
    return texting.send(
        text="See you",
        phone=CAROLS,
        number=number,
        origin=Origin.FORM,
        author=alice,
        contact=carol,
        send_after=timezone.now() + timedelta(days=1),
        cancel_on_reply=True,
    )


@pytest.fixture
def twin(db: None) -> Contact:
    """Carol once more, with another phone."""
    twin = Contact.objects.create(first_name="Caro", last_name="Finch")
    Phone.objects.create(contact=twin, e164=SECOND, is_primary=True)
    return twin


def fate(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.reason


TAKEN_BACK = (Status.CANCELLED, "replied")


def test_an_answer_from_their_other_phone_counts(
    waiting: Message, carol: Contact, number: Number
) -> None:
    Phone.objects.create(contact=carol, e164=SECOND)

    reply(number, SECOND)

    assert fate(waiting) == TAKEN_BACK


def test_an_answer_from_the_very_phone_counts_whoever_it_is_put_down_to(
    waiting: Message, twin: Contact, number: Number
) -> None:
    Phone.objects.create(contact=twin, e164=CAROLS)
    people.Belongs.objects.create(phone=CAROLS, number=number, contact=twin)

    assert reply(number, CAROLS).contact == twin

    assert fate(waiting) == TAKEN_BACK


def test_an_answer_counts_once_two_contacts_are_one(
    waiting: Message, carol: Contact, twin: Contact, number: Number, alice: User
) -> None:
    reply(number, SECOND)
    assert fate(waiting) == (Status.QUEUED, "")

    merging.merge(carol, twin, {}, author=alice)

    assert fate(waiting) == TAKEN_BACK


def test_an_answer_counts_once_somebody_says_whose_it_was(
    waiting: Message, carol: Contact, twin: Contact, number: Number
) -> None:
    answer = reply(number, SECOND)

    people.move(answer, carol)

    assert fate(waiting) == TAKEN_BACK


def test_what_they_said_before_it_was_written_is_no_answer_to_it(
    carol: Contact, twin: Contact, number: Number, alice: User
) -> None:
    reply(number, SECOND)
    later = for_tomorrow(carol, number, alice)

    merging.merge(carol, twin, {}, author=alice)

    assert fate(later) == (Status.QUEUED, "")
