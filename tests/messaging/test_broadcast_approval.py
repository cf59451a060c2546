"""A large broadcast that is cut into small ones still needs a second person's yes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from messaging import broadcasts
from messaging.broadcasts.approval import are_alike
from messaging.models import Broadcast, Number

State = Broadcast.State
WORDS = "Hi {first_name|there}, the market opens on Sunday at nine."
Piece = Callable[..., Broadcast]


@pytest.fixture
def piece(alice: User, number: Number, settings: Any) -> Piece:
    """Alice's broadcast to the next two numbers, ready; more than three people need a yes."""
    settings.BROADCAST_APPROVAL = 3
    made: list[int] = []

    def make(text: str = WORDS, author: User = alice) -> Broadcast:
        phones = [f"+1212555{140 + 2 * len(made) + place:04}" for place in (0, 1)]
        made.append(1)
        row = Broadcast.objects.create(name="M", text=text, author=author, pasted="\n".join(phones))
        broadcasts.work()
        row.refresh_from_db()
        return row

    return make


def started(row: Broadcast, by: User | None = None) -> str:
    broadcasts.start(row, send_at=None, is_local=False, by=by)
    return row.state


def test_pieces_of_one_broadcast_count_together(piece: Piece, alice: User) -> None:
    first, second = piece(), piece(WORDS.replace("Hi", "Hello!"))

    assert started(first, alice) == State.QUEUEING
    assert started(second, alice) == State.WAITING


def test_pieces_of_which_others_press_start_count_too(piece: Piece, alice: User, bob: User) -> None:
    assert started(piece(), bob) == State.QUEUEING
    assert started(piece(author=bob), bob) == State.WAITING
    assert started(piece(), None) == State.WAITING


def test_other_words_and_other_people_count_alone(piece: Piece, alice: User, bob: User) -> None:
    started(piece(), alice)

    assert started(piece("Your invoice is due this Friday."), alice) == State.QUEUEING
    assert started(piece(author=bob), bob) == State.QUEUEING


def test_what_is_older_than_a_day_does_not_count(piece: Piece, alice: User) -> None:
    first = piece()
    started(first, alice)
    long_ago = timezone.now() - timedelta(hours=24, minutes=1)
    Broadcast.objects.filter(pk=first.pk).update(started_at=long_ago)

    assert started(piece(), alice) == State.QUEUEING


def test_what_somebody_else_saw_does_not_count(piece: Piece, alice: User, bob: User) -> None:
    first, waits = piece(), piece()
    started(first, alice)
    started(waits, alice)
    assert broadcasts.needs_approval(piece(), alice)

    Broadcast.objects.filter(pk=first.pk).update(approved_by=bob)

    assert not broadcasts.needs_approval(piece(), alice)


@pytest.mark.parametrize("is_queued", [False, True])
def test_what_was_stopped_before_it_left_does_not_count(
    piece: Piece, alice: User, is_queued: bool
) -> None:
    first = piece()
    started(first, alice)
    if is_queued:
        broadcasts.work()
    broadcasts.stop(first)
    broadcasts.work()

    assert started(piece(), alice) == State.QUEUEING


def test_the_page_says_so_before_it_is_started(piece: Piece, alices_browser: Client) -> None:
    first, second = piece(), piece()
    before = alices_browser.get(second.get_absolute_url()).content.decode()
    alices_browser.post(f"{first.get_absolute_url()}start/")

    after = alices_browser.get(second.get_absolute_url()).content.decode()

    assert "Ask for approval" not in before
    assert "Ask for approval" in after


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (WORDS, WORDS, True),
        ("{first_name}", "{first_name}", True),
        ("{first_name}", "{last_name}", False),
        ("Market on Sunday!", "sunday: MARKET, {company}", True),
        ("Market on Sunday", "Market on Sunday, bring your friends and a basket", True),
        ("See you at six", "See me on Friday", False),
        ("Sale", "Your invoice is due", False),
    ],
)
def test_alike_is_what_shares_most_words(one: str, other: str, alike: bool) -> None:
    assert are_alike(one, other) is are_alike(other, one) is alike


@pytest.mark.storage
def test_two_pieces_started_at_once_do_not_overlook_each_other(
    piece: Piece, alice: User, for_threads: None
) -> None:
    rows = [piece(), piece()]

    def start(row: Broadcast) -> str:
        try:
            return started(row, User.objects.get(pk=alice.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(start, rows))

    assert sorted(states) == sorted([State.QUEUEING, State.WAITING])
