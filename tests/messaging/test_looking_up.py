"""Numbers looked up before a broadcast is ready: who is skipped, who never is, and who pays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from messaging import broadcasts, deadphones, fence, wire
from messaging.broadcasts import looking_up, prepare
from messaging.gateways.base import Finding
from messaging.gateways.errors import GatewayError, failure
from messaging.models import Broadcast, Number, Recipient

from .webhooks import CAROLS, inbound

Make = Callable[..., Broadcast]
PHONES = [f"+1212555{place:04}" for place in range(140, 160)]
FORM = {"name": "M", "text": "Hi", "pasted": "\n".join(PHONES[:2]), "look_up": "d7"}
LIVE, DEAD = Finding("live", "yes"), Finding("dead", "INVALID_PHONE_NUMBER")


class Register:
    """A gateway that can be asked about numbers, and charges for each."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told: dict[str, Finding | GatewayError] = {}

    def look_up_number(self, phone: str) -> Finding:
        self.asked.append(phone)
        told = self.told.get(phone, LIVE)
        if isinstance(told, GatewayError):
            raise told
        return told


@pytest.fixture
def register(gateways: None, monkeypatch: pytest.MonkeyPatch) -> Register:
    register = Register()
    monkeypatch.setattr(wire, "build_hurried", lambda *_: register)
    return register


@pytest.fixture
def make(alice: User, number: Number) -> Make:
    """Alice's broadcast to the first so many numbers, which are looked up first."""

    def made(many: int = 3, look_up: str = "d7", work: bool = True) -> Broadcast:
        pasted = "\n".join(PHONES[:many])
        row = Broadcast.objects.create(
            name="M", text="Hi", author=alice, pasted=pasted, look_up=look_up
        )
        if work:
            broadcasts.work()
        row.refresh_from_db()
        return row

    return made


def skipped(row: Broadcast) -> dict[str, str]:
    return dict(row.recipients.skipped().values_list("phone", "problem"))


def test_only_who_is_found_dead_is_skipped(register: Register, make: Make) -> None:
    register.told = {
        PHONES[0]: DEAD,
        PHONES[1]: Finding("unknown", "absent"),
        PHONES[2]: failure("gateway_error"),
        PHONES[3]: failure("throttled"),
    }

    row = make(5)

    assert row.state == Broadcast.State.READY
    assert skipped(row) == {PHONES[0]: prepare.DEAD}
    assert sorted(register.asked) == PHONES[:5]
    assert row.looked_up == {"asked": 5, "dead": 1, "untold": 2}
    kept = Recipient.objects.get(phone=PHONES[0])
    assert kept.look_up_words == "D7 Networks: dead (INVALID_PHONE_NUMBER)"
    assert kept.looked_up_at
    assert list(Recipient.objects.dead()) == [kept]


def test_nobody_is_asked_where_nobody_chose_that(register: Register, make: Make) -> None:
    assert make(look_up="").state == Broadcast.State.READY
    assert register.asked == []


def test_what_is_known_is_not_asked_again_for_a_month(register: Register, make: Make) -> None:
    register.told = {PHONES[0]: DEAD, PHONES[2]: failure("gateway_error")}
    make(3)
    register.asked.clear()

    again = make(3)
    assert skipped(again) == {PHONES[0]: prepare.DEAD}
    assert register.asked == [PHONES[2]]

    Recipient.objects.update(looked_up_at=timezone.now() - timedelta(days=31))
    make(3)
    assert sorted(register.asked) == [PHONES[1], PHONES[2], PHONES[2]]


def test_a_dead_number_is_skipped_by_broadcasts_that_look_up_nothing(
    register: Register, make: Make
) -> None:
    register.told = {PHONES[0]: DEAD}
    make(1)

    assert skipped(make(2, look_up="")) == {PHONES[0]: prepare.DEAD}


def test_a_worker_that_dies_pays_for_no_number_twice(
    register: Register, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make(20, work=False)
    note, calls = deadphones.note, []

    def dies_in_the_second(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        note(*given)

    monkeypatch.setattr(deadphones, "note", dies_in_the_second)
    with pytest.raises(SystemExit):
        broadcasts.work()
    row.refresh_from_db()
    assert row.state == Broadcast.State.PREPARING

    broadcasts.work()

    row.refresh_from_db()
    assert row.state == Broadcast.State.READY
    assert sorted(register.asked) == PHONES
    assert row.looked_up["asked"] == 12
    assert row.recipients.to_queue().count() == 20


@pytest.mark.parametrize("reason", ["no_credit", "unauthorised"])
def test_a_gateway_that_needs_a_person_is_not_asked_on(
    register: Register, make: Make, reason: str, alices_browser: Client
) -> None:
    register.told = dict.fromkeys(PHONES, failure(reason))

    row = make(20)

    assert len(register.asked) == looking_up.CHUNK
    assert (row.state, row.recipients.to_queue().count()) == (Broadcast.State.READY, 20)
    page = alices_browser.get(row.get_absolute_url()).content.decode()
    assert "the rest were not looked up" in page


def test_a_copy_of_the_database_asks_nobody(
    register: Register, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "is_locked", lambda: True)

    assert make(3).state == Broadcast.State.READY
    assert register.asked == []


def test_a_gateway_that_is_gone_holds_nothing_up(make: Make) -> None:
    assert make(3).state == Broadcast.State.READY


def test_changing_it_looks_up_what_is_new(register: Register, make: Make) -> None:
    row = make(2)
    Broadcast.objects.filter(pk=row.pk).update(pasted="\n".join(PHONES[:3]))

    broadcasts.prepare_again(row)
    broadcasts.work()

    assert sorted(register.asked) == PHONES[:3]


def test_the_page_says_what_was_found(
    register: Register, make: Make, alices_browser: Client
) -> None:
    register.told = {PHONES[0]: DEAD}
    row = make(3)

    page = alices_browser.get(f"{row.get_absolute_url()}?show=skipped").content.decode()

    assert "Looked up: 3. Found not to exist: 1." in page
    assert prepare.DEAD in page


def test_the_form_says_that_it_costs_and_offers_who_can_be_asked(
    gateways: None, alices_browser: Client, number: Number
) -> None:
    page = alices_browser.get("/broadcasts/new/").content.decode()
    assert "The gateway charges for each number" in page.replace("\n", " ")
    assert "By seven.io" in page
    assert "By D7 Networks" in page
    assert "By smrtPhone" not in page

    refused = alices_browser.post("/broadcasts/new/", FORM | {"look_up": "smrtphone"})
    alices_browser.post("/broadcasts/new/", FORM)

    assert "That gateway cannot be asked about numbers." in refused.content.decode()
    assert Broadcast.objects.get().look_up == "d7"


@pytest.fixture
def dead_carol(carol: Contact) -> Contact:
    deadphones.note("d7", {CAROLS: DEAD})
    return carol


def test_the_contacts_page_shows_it_and_a_person_takes_it_off(
    dead_carol: Contact, alices_browser: Client
) -> None:
    address = f"/contacts/phones/{dead_carol.phones.get().pk}/lift/"
    before = alices_browser.get(dead_carol.get_absolute_url()).content.decode()

    after = alices_browser.post(address, follow=True).content.decode()

    assert "Does not exist" in before
    assert address in before
    assert "Does not exist" not in after
    assert "Broadcasts text this number again." in after
    assert not Recipient.objects.dead().exists()


def test_the_mark_falls_when_the_phone_texts_us(
    dead_carol: Contact, number: Number, gateways: None
) -> None:
    inbound("seven", "I am here")

    assert not Recipient.objects.dead().exists()


def test_one_that_is_found_alive_later_is_dead_no_more(dead_carol: Contact) -> None:
    deadphones.note("d7", {CAROLS: Finding("unknown", "na")})
    assert Recipient.objects.dead().exists()

    deadphones.note("seven", {CAROLS: LIVE})

    assert not Recipient.objects.dead().exists()


def test_of_two_workers_that_come_to_the_same_numbers_one_asks(
    register: Register, make: Make
) -> None:
    row = make(20, work=False)
    while row.prepared_pasted < 20:
        prepare.prepare_chunk(row.pk)
        row.refresh_from_db()
    last = row.recipients.order_by("pk")[looking_up.CHUNK - 1].pk

    assert looking_up._claim(row, last)
    assert not looking_up._claim(row, last)
