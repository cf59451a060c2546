"""Guessing passwords: slowed down, without telling who exists or keeping the owner out for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

GOOD = "a-long-pass-phrase"


def sign_in(client: Client, username: str, password: str, **more: Any) -> Any:
    return client.post("/login/", {"username": username, "password": password}, **more)


def guess(client: Client, username: str, **more: Any) -> Any:
    """Ten wrong passwords, the last of them too many."""
    for _ in range(10):
        answer = sign_in(client, username, "wrong", **more)
    return answer


def test_ten_wrong_passwords_and_the_name_waits(client: Client, alice: User) -> None:
    answer = guess(client, "alice")
    right = sign_in(client, "alice", GOOD, REMOTE_ADDR="192.0.2.7")

    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Wait 15 minutes" in answer.content.decode()
    assert right.status_code == 429


def test_the_wait_ends_however_much_is_guessed_meanwhile(client: Client, alice: User) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        guess(client, "alice")
    with time_machine.travel(now + timedelta(minutes=14)):
        assert guess(client, "alice").status_code == 429
    with time_machine.travel(now + timedelta(minutes=15, seconds=1)):
        assert sign_in(client, "alice", GOOD).status_code == 302


def test_one_address_cannot_try_one_name_after_the_other(client: Client, alice: User) -> None:
    for place in range(10):
        sign_in(client, f"user{place}", "wrong", REMOTE_ADDR="192.0.2.7")

    assert sign_in(client, "alice", GOOD, REMOTE_ADDR="192.0.2.7").status_code == 429
    assert sign_in(client, "alice", GOOD, REMOTE_ADDR="192.0.2.8").status_code == 302


@pytest.mark.django_db
def test_a_name_nobody_has_gets_the_same_answers(client: Client, alice: User) -> None:
    token = 'name="csrfmiddlewaretoken"'
    pages = {}
    for name, place in (("alice", "192.0.2.7"), ("nobody", "192.0.2.8")):
        first = sign_in(client, name, "wrong", REMOTE_ADDR=place)
        last = guess(client, name, REMOTE_ADDR=place)
        pages[name] = [
            (answer.status_code, answer.content.decode().split(token)[-1].split(">", 1)[-1])
            for answer in (first, last)
        ]

    assert [s for s, _ in pages["alice"]] == [s for s, _ in pages["nobody"]] == [200, 429]
    known, unknown = pages["alice"][1][1], pages["nobody"][1][1]
    assert known.replace("alice", "") == unknown.replace("nobody", "")


def test_behind_the_proxy_its_word_counts(client: Client, alice: User, settings: Any) -> None:
    settings.SECURE = True
    for place in range(10):
        sign_in(client, f"user{place}", "wrong", HTTP_X_FORWARDED_FOR="192.0.2.7")

    other = sign_in(client, "alice", GOOD, HTTP_X_FORWARDED_FOR="192.0.2.7, 192.0.2.8")
    assert other.status_code == 302


def test_who_guesses_about_somebody_else_gains_nothing_by_signing_in(
    client: Client, alice: User, bob: User
) -> None:
    statuses = []
    for _ in range(2):
        statuses += [sign_in(client, "alice", "wrong").status_code for _ in range(9)]
        sign_in(client, "bob", GOOD)
        client.logout()

    assert statuses[:9] == [200] * 9
    assert statuses[9:] == [429] * 9


def test_who_keeps_guessing_does_not_keep_the_owner_out_of_their_browser(
    client: Client, alice: User, bob: User
) -> None:
    sign_in(client, "alice", GOOD)
    client.post("/logout/")
    for place in range(3):
        guess(Client(), "alice", REMOTE_ADDR=f"198.51.100.{place}")

    stranger = sign_in(Client(), "alice", GOOD, REMOTE_ADDR="192.0.2.7")
    as_another = sign_in(client, "bob", "wrong")
    owner = sign_in(client, "alice", GOOD, REMOTE_ADDR="192.0.2.8")

    assert (stranger.status_code, as_another.status_code, owner.status_code) == (429, 200, 302)
    assert client.cookies["known"]["httponly"]


def test_in_a_known_browser_guessing_is_slowed_down_as_well(client: Client, alice: User) -> None:
    sign_in(client, "alice", GOOD)
    client.post("/logout/")

    assert guess(client, "alice").status_code == 429
    assert sign_in(client, "alice", GOOD).status_code == 429


def test_a_cookie_that_we_did_not_make_opens_nothing(client: Client, alice: User) -> None:
    client.cookies["known"] = "0" * 64
    guess(Client(), "alice", REMOTE_ADDR="198.51.100.1")

    assert sign_in(client, "alice", GOOD).status_code == 429


def test_a_right_password_forgets_the_wrong_ones(client: Client, alice: User) -> None:
    for _ in range(9):
        sign_in(client, "alice", "wrong")
    assert sign_in(client, "alice", GOOD).status_code == 302
    client.logout()

    assert sign_in(client, "alice", "wrong").status_code == 200
