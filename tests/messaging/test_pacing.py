"""Broadcasts leave a number at its pace, however many there are and whatever held them up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from messaging import broadcasts, outbox, pacing
from messaging.models import Message, Number, Origin, Pace, Status
from messaging.outbox.claim import claim
from tests.messaging.test_broadcasts import Make, crowd, go, make

__all__ = ["crowd", "make"]  # fixtures
pytestmark = pytest.mark.storage


@pytest.fixture(autouse=True)
def one_a_second(settings: Any) -> None:
    """So two are let go at once, and then one each second."""
    settings.BROADCAST_RATE, settings.TEXTING_HOURS = 1, ""


def due_at_once() -> None:
    """As after a night."""
    Message.objects.filter(status=Status.QUEUED).update(send_after=timezone.now())


def waits() -> list[int]:
    """In how many seconds those leave that wait for their turn."""
    rows = Message.objects.filter(status=Status.QUEUED, reason="turn").order_by("send_after")
    return [round((row.send_after - timezone.now()).total_seconds()) for row in rows]


def test_what_became_due_at_once_leaves_at_the_numbers_pace(make: Make) -> None:
    go(make())
    due_at_once()

    assert len(claim("simulator", 100)) == 3
    assert waits() == [1, 2, 3]
    assert claim("simulator", 100) == []


def test_two_broadcasts_share_the_pace_of_their_number(make: Make) -> None:
    one, other = make(), make("Hello")
    go(one)
    go(other)
    due_at_once()

    assert len(claim("simulator", 100)) == 3
    assert waits() == [*range(1, 10)]


def test_what_a_person_writes_does_not_stand_behind_them(
    make: Make, number: Number, alice: User
) -> None:
    go(make())
    due_at_once()
    mine = outbox.enqueue(
        text="Hi", phone="+12125550177", number=number, origin=Origin.QUICK, author=alice
    )

    claimed = [one.message_id for one in claim("simulator", 100)]

    assert mine.pk in claimed
    assert len(claimed) == 4


def test_a_turn_that_was_given_is_kept_and_one_that_was_missed_is_given_anew(make: Make) -> None:
    go(make())
    due_at_once()
    claim("simulator", 100)
    turned = Message.objects.filter(reason="turn", status=Status.QUEUED)
    first = turned.order_by("send_after").first()
    assert first

    turned.filter(pk=first.pk).update(send_after=timezone.now())
    assert [one.message_id for one in claim("simulator", 100)] == [first.pk]

    turned.update(send_after=timezone.now() - timedelta(hours=1))
    assert claim("simulator", 100) == []
    assert len(waits()) == 2


def test_turns_of_a_stopped_broadcast_are_free_again(make: Make) -> None:
    broadcast = make()
    go(broadcast)
    due_at_once()
    claim("simulator", 100)
    assert Pace.objects.get().free_at > timezone.now()

    broadcasts.stop(broadcast)
    broadcasts.work()

    assert Pace.objects.get().free_at < timezone.now()


def test_without_a_rate_all_leave_at_once(make: Make, settings: Any) -> None:
    settings.BROADCAST_RATE = 0
    go(make())

    assert len(claim("simulator", 100)) == 6
    assert not Pace.objects.exists()
    assert pacing.TURN not in Message.objects.values_list("reason", flat=True)
