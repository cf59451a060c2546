"""Whether a number exists, asked by a script: paid for once, and marked as a broadcast marks it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

from contacts.models import Contact, Member
from contacts.roles import Role
from messaging import broadcasts, deadphones, fence, tokens, wire
from messaging.broadcasts import prepare
from messaging.gateways.base import Finding
from messaging.gateways.errors import GatewayError, failure
from messaging.models import Answer, Broadcast, Number, Recipient, Scope
from tests.messaging.api.conftest import Call

CAROLS = "+12125550123"
LIVE, DEAD = Finding("live", "reachable"), Finding("dead", "bad_number")
KEY = {"Idempotency-Key": "a1"}


class Register:
    """A gateway that can be asked about numbers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.told: Finding | GatewayError = LIVE
        self.gateway = ""
        self.in_transaction: bool | None = None
        self.meet: Barrier | None = None

    def look_up_number(self, phone: str) -> Finding:
        self.asked.append((self.gateway, phone))
        self.in_transaction = connection.in_atomic_block
        if self.meet:
            with suppress(BrokenBarrierError):
                self.meet.wait(1)
        if isinstance(self.told, GatewayError):
            raise self.told
        return self.told


@pytest.fixture
def register(gateways: None, monkeypatch: pytest.MonkeyPatch) -> Register:
    register = Register()

    def build(gateway: str, seconds: float) -> Register:
        register.gateway = gateway
        return register

    monkeypatch.setattr(wire, "build_hurried", build)
    return register


def test_what_the_gateway_says_is_answered_and_kept(call: Call, register: Register) -> None:
    answer = call("POST", "/look-ups", {"phone": "(212) 555-0123"})

    assert answer.status_code == 200
    assert answer.data == {
        "phone": CAROLS,
        "gateway": "seven",
        "state": "live",
        "detail": "reachable",
    }
    kept = Recipient.objects.get(phone=CAROLS)
    assert kept.looked_up_at
    assert kept.look_up_words == "seven.io: live (reachable)"


def test_a_dead_number_is_marked_and_no_broadcast_texts_it(
    call: Call, register: Register, carol: Contact, number: Number, alice: User
) -> None:
    register.told = DEAD

    answer = call("POST", "/look-ups", {"phone": CAROLS})

    row = Broadcast.objects.create(name="M", text="Hi", author=alice, pasted=CAROLS)
    broadcasts.work()
    assert answer.data["state"] == "dead"
    assert deadphones.of(carol) == {CAROLS: "seven.io: dead (bad_number)"}
    assert row.recipients.get().problem == prepare.DEAD


BROADCAST = {"name": "May", "text": "Hi", "to": [CAROLS, "+12125550124"], "look_up": "d7"}


def test_a_broadcast_looks_its_numbers_up_first(
    call: Call, register: Register, carol: Contact, number: Number
) -> None:
    register.told = DEAD

    made = call("POST", "/broadcasts", BROADCAST)
    broadcasts.work()
    ready = call("GET", f"/broadcasts/{made.data['id']}")

    assert (made.status_code, made.data["look_up"]) == (201, "d7")
    assert sorted(register.asked) == [("d7", CAROLS), ("d7", "+12125550124")]
    assert (ready.data["state"], ready.data["counts"]) == ("ready", {"skipped": 2})


def test_a_broadcast_looks_nothing_up_unless_it_is_said(
    call: Call, register: Register, number: Number
) -> None:
    made = call("POST", "/broadcasts", {**BROADCAST, "look_up": ""})
    broadcasts.work()

    assert made.data["look_up"] == ""
    assert register.asked == []


@pytest.mark.parametrize("gateway", ["smrtphone", "nobody", "D7"])
def test_a_broadcast_whose_gateway_cannot_be_asked_is_refused(
    call: Call, register: Register, number: Number, gateway: str
) -> None:
    answer = call("POST", "/broadcasts", {**BROADCAST, "look_up": gateway})

    assert answer.status_code == 422
    assert answer.data["detail"] == "look_up: That gateway cannot be asked about numbers."
    assert not Broadcast.objects.exists()


def test_an_agent_s_token_looks_nothing_up_by_a_broadcast(
    call: Call, register: Register, number: Number, alice: User
) -> None:
    Member.objects.filter(user=alice).update(role=Role.AGENT)

    answer = call("POST", "/broadcasts", BROADCAST)

    assert answer.status_code == 403
    assert not Broadcast.objects.exists()


def test_one_that_lives_after_all_is_dead_no_more(call: Call, register: Register) -> None:
    deadphones.note("d7", {CAROLS: DEAD})

    call("POST", "/look-ups", {"phone": CAROLS})

    assert not Recipient.objects.dead().exists()


def test_the_gateway_can_be_chosen(call: Call, register: Register) -> None:
    answer = call("POST", "/look-ups", {"phone": CAROLS, "gateway": "d7"})

    assert answer.data["gateway"] == "d7"
    assert register.asked == [("d7", CAROLS)]


def test_the_same_key_pays_once(call: Call, register: Register) -> None:
    first = call("POST", "/look-ups", {"phone": CAROLS}, **KEY)
    register.told = DEAD
    second = call("POST", "/look-ups", {"phone": CAROLS}, **KEY)
    other = call("POST", "/look-ups", {"phone": "+12125550124"}, **KEY)

    assert (second.status_code, second.data) == (200, first.data)
    assert other.status_code == 409
    assert register.asked == [("seven", CAROLS)]


def test_without_a_key_it_is_asked_each_time(call: Call, register: Register) -> None:
    for _ in range(2):
        call("POST", "/look-ups", {"phone": CAROLS})

    assert len(register.asked) == 2


def test_a_key_whose_answer_a_crash_lost_pays_no_second_time(
    call: Call, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as crash:
        crash.setattr(deadphones, "note", dies)
        with pytest.raises(SystemExit):
            call("POST", "/look-ups", {"phone": CAROLS}, **KEY)
    answer = call("POST", "/look-ups", {"phone": CAROLS}, **KEY)

    refused(answer, 409, "waits for its answer, or lost it")
    assert len(register.asked) == 1


@pytest.mark.parametrize("key", [{}, KEY])
def test_a_gateway_that_does_not_say_is_told_and_may_be_asked_again(
    call: Call, register: Register, key: dict[str, str]
) -> None:
    register.told = failure("no_credit")
    answer = call("POST", "/look-ups", {"phone": CAROLS}, **key)
    register.told = LIVE
    again = call("POST", "/look-ups", {"phone": CAROLS}, **key)

    refused(answer, 502, "The account at the gateway has run out of credit.")
    assert again.data["state"] == "live"


@pytest.mark.parametrize(
    ("body", "why"),
    [({"phone": "12"}, "phone: "), ({}, "phone: "), ({"phone": CAROLS, "gateway": 1}, "gateway: ")],
)
def test_nobody_is_asked_about_what_is_no_number(
    call: Call, register: Register, body: dict[str, Any], why: str
) -> None:
    refused(call("POST", "/look-ups", body), 422, why)
    assert register.asked == []


@pytest.mark.parametrize("name", ["smrtphone", "nobody"])
def test_who_cannot_be_asked_is_not(call: Call, register: Register, name: str) -> None:
    answer = call("POST", "/look-ups", {"phone": CAROLS, "gateway": name})

    refused(answer, 409, "That gateway cannot be asked about numbers.")


def test_without_any_gateway_for_it_nobody_is_asked(call: Call, settings: Any) -> None:
    settings.GATEWAYS, settings.DEMO, settings.REQUIRE_2FA = {}, False, False

    answer = call("POST", "/look-ups", {"phone": CAROLS})

    refused(answer, 409, "No gateway that is set up can be asked about numbers.")


def test_a_copy_of_the_database_asks_nobody(
    call: Call, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "is_locked", lambda: True)

    refused(call("POST", "/look-ups", {"phone": CAROLS}, **KEY), 409, "Sending is locked")
    assert register.asked == []
    assert not Answer.objects.exists()


def test_it_costs_and_so_asks_for_the_scope_and_the_role_that_texts(
    call: Call, register: Register, alice: User
) -> None:
    _, reader = tokens.issue(alice, name="Reader", scopes=[Scope.READ, Scope.WRITE])

    narrow = call("POST", "/look-ups", {"phone": CAROLS}, Authorization=f"Bearer {reader}")
    Member.objects.filter(user=alice).update(role=Role.READER)
    read_only = call("POST", "/look-ups", {"phone": CAROLS})

    refused(narrow, 403, "lacks “send”")
    refused(read_only, 403, "may not text anybody")
    assert register.asked == []


@pytest.mark.storage
@pytest.mark.usefixtures("for_threads")
def test_of_two_at_once_with_one_key_one_asks_and_no_transaction_waits(
    secret: str, register: Register
) -> None:
    register.meet = Barrier(2)  # the second to ask, if there is one; it breaks by itself

    def post(_: int) -> int:
        headers = {"Authorization": f"Bearer {secret}"} | KEY
        answer = Client().post(
            "/api/v1/look-ups", {"phone": CAROLS}, "application/json", headers=headers
        )
        connections.close_all()
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(post, range(2)))

    assert statuses in ([200, 200], [200, 409])
    assert len(register.asked) == 1
    assert register.in_transaction is False


def refused(answer: Any, status: int, why: str) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert why in answer.data["detail"]
