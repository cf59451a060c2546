"""Access tokens: what is kept, when they open something, and who gets to see them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import tokens
from messaging.models import Scope, Token

LIST, NEW = reverse("settings:token-list"), reverse("settings:token-create")
TYPED = {"name": "Warehouse", "scopes": ["read", "send"], "expires": "30"}


def test_a_token_is_found_by_its_words_and_they_are_kept_nowhere(alice: User) -> None:
    token, secret = tokens.issue(alice, name="Warehouse")

    kept = Token.objects.values().get()
    assert tokens.find(secret) == token
    assert secret.startswith(token.prefix)
    assert all(secret not in str(value) for value in kept.values())
    assert secret.isalnum()


@pytest.mark.parametrize("words", ["", "smscrm", "smscrm" + "x" * 40, "\x00", "smscrm" + "y" * 500])
def test_other_words_open_nothing(alice: User, words: str) -> None:
    tokens.issue(alice, name="Warehouse")

    assert tokens.find(words) is None


def test_a_revoked_token_opens_nothing_and_is_revoked_once(alice: User) -> None:
    token, secret = tokens.issue(alice, name="Warehouse")

    assert [tokens.revoke(token), tokens.revoke(token)] == [True, False]
    assert tokens.find(secret) is None


def test_a_token_ends_when_it_was_to_end(alice: User) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    _, secret = tokens.issue(alice, name="Warehouse", expires_at=soon)

    assert tokens.find(secret) is not None
    Token.objects.update(expires_at=timezone.now())
    assert tokens.find(secret) is None


def test_whoever_is_deactivated_has_no_token_that_opens_anything(alice: User) -> None:
    _, secret = tokens.issue(alice, name="Warehouse")

    User.objects.update(is_active=False)

    assert tokens.find(secret) is None


def test_its_use_is_noted_but_not_with_every_question(
    alice: User, django_assert_num_queries: object
) -> None:
    _, secret = tokens.issue(alice, name="Warehouse")

    with django_assert_num_queries(2):  # type: ignore[operator]
        tokens.find(secret)
    with django_assert_num_queries(1):  # type: ignore[operator]
        tokens.find(secret)

    assert Token.objects.get().used_at is not None


def test_the_last_word_the_command_prints_is_the_token(alice: User) -> None:
    out = StringIO()

    call_command("create_token", "alice", "--scope", "send", "--days", "7", stdout=out)

    token = tokens.find(out.getvalue().split()[-1])
    assert token is not None
    assert (token.user, token.scopes) == (alice, ["send"])
    assert token.expires_at is not None
    assert timedelta(days=6) < token.expires_at - timezone.now() < timedelta(days=8)


def test_without_options_a_token_may_everything_for_ever(alice: User) -> None:
    out = StringIO()

    call_command("create_token", "alice", stdout=out)

    token = Token.objects.get()
    assert (token.scopes, token.expires_at) == (Scope.values, None)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nobody"], "Nobody here is called nobody"),
        (["alice"], "alice is deactivated"),
        (["alice", "--days", "0"], "no number of days"),
        (["alice", "--days", "²"], "no number of days"),
        (["alice", "--scope", "fly"], "invalid choice"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(alice: User, words: list[str], told: str) -> None:
    User.objects.update(is_active=False)

    with pytest.raises(CommandError, match=told):
        call_command("create_token", *words)

    assert not Token.objects.exists()


def test_a_token_is_shown_on_one_page_and_never_again(alices_browser: Client, alice: User) -> None:
    made = alices_browser.post(NEW, TYPED)

    token = Token.objects.get()
    secret = next(word for word in made.content.decode().split('"') if word.startswith("smscrm"))
    assert (token.user, token.scopes) == (alice, ["read", "send"])
    assert tokens.find(secret) == token
    assert "no-store" in made["Cache-Control"]
    later = alices_browser.get(LIST).content.decode()
    assert token.prefix in later
    assert secret not in later


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 61}, "at most 60"),
        ({"scopes": []}, "at least one thing"),
        ({"scopes": ["fly"]}, "not one of the available"),
        ({"expires": "7"}, "not one of the available"),
    ],
)
def test_a_wrong_form_makes_no_token(
    alices_browser: Client, typed: dict[str, object], told: str
) -> None:
    answer = alices_browser.post(NEW, TYPED | typed)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Token.objects.exists()


def test_tokens_are_seen_and_revoked_by_their_owner_alone(
    alices_browser: Client, bob: User
) -> None:
    token, secret = tokens.issue(bob, name="Bob's robot")
    url = reverse("settings:token-revoke", args=[token.pk])

    assert "robot" not in alices_browser.get(LIST).content.decode()
    assert alices_browser.post(url).status_code == 404
    assert Client().post(url)["Location"].startswith("/login/?next=")
    assert tokens.find(secret) is not None


def test_revoking_is_asked_first_and_done_by_a_post(alices_browser: Client, alice: User) -> None:
    token, secret = tokens.issue(alice, name="Warehouse")
    url = reverse("settings:token-revoke", args=[token.pk])

    assert "cannot be brought back" in alices_browser.get(url).content.decode()
    assert tokens.find(secret) is not None
    alices_browser.post(url)
    assert tokens.find(secret) is None
    assert alices_browser.get(url).status_code == 404


def test_the_list_asks_the_database_the_same_whatever_its_length(
    alices_browser: Client, alice: User, django_assert_max_num_queries: object
) -> None:
    for i in range(20):
        tokens.issue(alice, name=f"Robot {i}")

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        alices_browser.get(LIST)
