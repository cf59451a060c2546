"""Two contacts that were to get the same words at the same time are one: they get them once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from contacts import merging
from contacts.models import Contact, Phone
from messaging import consent, texting, wording
from messaging.models import Message, Number, Origin, Recurrence, Status

pytestmark = pytest.mark.storage
CAROLS, TWINS = "+12125550123", "+12125550124"
MONDAY = {"text": "Bins out", "every": "week", "day": 0, "clock": time(9)}


@pytest.fixture
def twin(db: None) -> Contact:
    """Carol once more, with another phone."""
    twin = Contact.objects.create(first_name="Caro", last_name="Finch")
    Phone.objects.create(contact=twin, e164=TWINS, is_primary=True)
    return twin


@pytest.fixture
def nine() -> datetime:
    return (timezone.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)


def waits(contact: Contact, number: Number, author: User, when: datetime, text: str) -> Message:
    return texting.send(
        text=text,
        phone=contact.phones.get().e164,
        number=number,
        origin=Origin.FORM,
        author=author,
        contact=contact,
        send_after=when,
    )


def comes_again(contact: Contact, author: User, **other: object) -> Recurrence:
    given = MONDAY | {"next_at": timezone.now() + timedelta(days=3)} | other
    return Recurrence.objects.create(contact=contact, author=author, **given)


def texts(status: Status) -> list[tuple[str, Contact | None]]:
    rows = Message.objects.filter(status=status).order_by("pk")
    return [(row.phone, row.contact) for row in rows]


def test_a_recurring_text_of_both_comes_once_and_for_each_when_they_are_two_again(
    carol: Contact, twin: Contact, number: Number, alice: User
) -> None:
    hers = comes_again(carol, alice)
    comes_again(twin, alice, number=number)
    others = [comes_again(twin, alice, **{name: value}).pk for name, value in OTHER.items()]

    merge = merging.merge(carol, twin, {}, author=alice)
    assert set(Recurrence.objects.values_list("pk", flat=True)) == {hers.pk, *others}

    merging.undo(merge, author=alice)
    again = Recurrence.objects.get(contact=twin, number=number)
    assert {name: getattr(again, name) for name in MONDAY} == MONDAY
    assert again.next_at > timezone.now()
    assert Recurrence.objects.filter(contact=twin).count() == 1 + len(others)


OTHER = {"text": "Rent", "day": 1, "clock": time(10)}


def test_one_that_is_paused_takes_no_other_away(carol: Contact, twin: Contact, alice: User) -> None:
    comes_again(carol, alice, paused_at=timezone.now())
    comes_again(twin, alice)

    merging.merge(carol, twin, {}, author=alice)

    assert Recurrence.objects.filter(contact=carol, paused_at=None).count() == 1


def test_a_text_that_waits_for_both_goes_out_once_and_says_why(
    carol: Contact, twin: Contact, number: Number, alice: User, nine: datetime
) -> None:
    waits(carol, number, alice, nine, "See you")
    hers = waits(twin, number, alice, nine + timedelta(seconds=20), "See you")
    waits(twin, number, alice, nine, "Bring cake")
    waits(twin, number, alice, nine + timedelta(hours=1), "See you")

    merging.merge(carol, twin, {}, author=alice)

    hers.refresh_from_db()
    assert (hers.status, hers.reason) == (Status.CANCELLED, "merged")
    assert "merged" in wording.reason(hers)
    assert texts(Status.QUEUED) == [(CAROLS, carol), (TWINS, carol), (TWINS, carol)]


def test_who_is_two_again_gets_it_unless_they_opted_out_since(
    carol: Contact, twin: Contact, number: Number, alice: User, nine: datetime
) -> None:
    for contact in (carol, twin):
        waits(contact, number, alice, nine, "See you")
    merge = merging.merge(carol, twin, {}, author=alice)
    merging.undo(merge, author=alice)
    assert texts(Status.QUEUED) == [(CAROLS, carol), (TWINS, twin)]

    merge = merging.merge(carol, twin, {}, author=alice)
    consent.opt_out(TWINS, source="reply", words="STOP")
    merging.undo(merge, author=alice)

    assert texts(Status.QUEUED) == [(CAROLS, carol)]
