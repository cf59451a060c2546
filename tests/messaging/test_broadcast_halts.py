"""A large broadcast is held by one click, whatever of it still stands in the queue; and counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from messaging import broadcasts
from messaging.broadcasts import counting, halting
from messaging.models import Broadcast, Message, Status
from messaging.outbox.claim import claim
from tests.messaging.test_broadcasts import Make, crowd, go, make

__all__ = ["crowd", "make"]  # fixtures
pytestmark = pytest.mark.storage


@pytest.fixture
def moving(make: Make, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Broadcast:
    """Six texts that are due; a click holds or takes back two of them at once."""
    settings.BROADCAST_RATE, settings.TEXTING_HOURS = 0, ""
    monkeypatch.setattr(halting, "CHUNK", 2)
    broadcast = make()
    go(broadcast)
    assert Message.objects.due().count() == 6
    return broadcast


def test_from_the_click_on_nothing_of_it_is_claimed(moving: Broadcast) -> None:
    assert broadcasts.pause(moving)

    assert Message.objects.due().count() == 4
    assert claim("simulator", 100) == []
    assert Message.objects.filter(status=Status.QUEUED, reason="paused").count() == 6


def test_a_worker_holds_the_others_and_resumed_all_leave(moving: Broadcast) -> None:
    broadcasts.pause(moving)

    broadcasts.work()

    moving.refresh_from_db()
    assert moving.halting is None
    assert not Message.objects.due().exists()
    broadcasts.resume(moving)
    broadcasts.work()
    assert len(claim("simulator", 100)) == 6


def test_stopped_the_claim_and_the_worker_take_back_what_has_not_left(moving: Broadcast) -> None:
    assert broadcasts.stop(moving)
    assert Message.objects.filter(status=Status.CANCELLED).count() == 2

    assert claim("simulator", 2) == []
    broadcasts.work()

    assert set(Message.objects.values_list("status", "reason")) == {
        (Status.CANCELLED, "broadcast_stopped")
    }


def test_a_text_that_was_under_way_and_comes_back_is_held_as_well(moving: Broadcast) -> None:
    (under_way,) = claim("simulator", 1)
    broadcasts.pause(moving)
    broadcasts.work()
    Message.objects.filter(pk=under_way.message_id).update(
        status=Status.QUEUED, reason="throttled", send_after=timezone.now()
    )

    assert claim("simulator", 100) == []

    assert Message.objects.get(pk=under_way.message_id).reason == "paused"


def test_resumed_before_all_were_held_all_of_them_leave(moving: Broadcast) -> None:
    broadcasts.pause(moving)

    broadcasts.resume(moving)
    broadcasts.work()

    assert len(claim("simulator", 100)) == 6


def test_stopped_after_a_pause_nothing_is_left(moving: Broadcast) -> None:
    broadcasts.pause(moving)
    broadcasts.work()

    broadcasts.stop(moving)
    broadcasts.work()

    assert set(Message.objects.values_list("status", flat=True)) == {Status.CANCELLED}


def test_other_texts_leave_while_a_broadcast_is_held(moving: Broadcast, make: Make) -> None:
    broadcasts.pause(moving)
    go(make("Another"))

    claims = claim("simulator", 100)

    assert {one.outgoing.text for one in claims} == {"Another"}
    assert len(claims) == 6


@pytest.fixture
def large(moving: Broadcast, monkeypatch: pytest.MonkeyPatch) -> Broadcast:
    monkeypatch.setattr(counting, "SMALL", 5)
    return moving


def later(broadcast: Broadcast, seconds: float) -> None:
    """Let its figures be so old."""
    at = timezone.now() - timedelta(seconds=seconds)
    Broadcast.objects.filter(pk=broadcast.pk).update(counted_at=at)
    broadcast.refresh_from_db()


def test_a_small_one_is_counted_each_time(moving: Broadcast) -> None:
    assert broadcasts.progress(moving).waiting == 6
    Message.objects.filter(text="Hi Ida").update(status=Status.DELIVERED)

    now = broadcasts.progress(moving)

    assert (now.waiting, now.delivered, now.total, now.segments) == (5, 1, 6, 6)
    assert moving.counted_at is None


def test_a_large_one_is_counted_by_a_worker_while_somebody_looks(large: Broadcast) -> None:
    assert broadcasts.progress(large).waiting == 6
    Message.objects.filter(text="Hi Ida").update(status=Status.DELIVERED)
    assert broadcasts.progress(large).delivered == 0

    later(large, seconds=10)
    assert broadcasts.progress(large).delivered == 0
    large.refresh_from_db()
    assert large.counts_wanted
    broadcasts.work()

    large.refresh_from_db()
    assert broadcasts.progress(large).delivered == 1
    assert not large.counts_wanted


def test_where_no_worker_counts_the_page_does(large: Broadcast) -> None:
    broadcasts.progress(large)
    Message.objects.filter(text="Hi Ida").update(status=Status.FAILED)
    later(large, seconds=120)

    assert broadcasts.progress(large).failed == 1


def test_between_two_counts_a_page_only_looks_whether_it_is_large(
    large: Broadcast, django_assert_num_queries: Any
) -> None:
    broadcasts.progress(large)

    with django_assert_num_queries(1):
        broadcasts.progress(large)


def test_written_out_anew_it_is_counted_anew(large: Broadcast) -> None:
    broadcasts.progress(large)
    large.recipients.update(message=None)
    Broadcast.objects.filter(pk=large.pk).update(state=Broadcast.State.READY)

    broadcasts.prepare_again(large)
    broadcasts.work()

    large.refresh_from_db()
    assert broadcasts.progress(large).by_status == {"": 6}


def test_the_page_of_a_large_one_says_what_was_counted(
    alices_browser: Client, large: Broadcast
) -> None:
    broadcasts.progress(large)
    Message.objects.update(status=Status.FAILED)

    page = alices_browser.get(large.get_absolute_url()).content.decode()

    assert 'Not sent yet</dt><dd class="num">6</dd>' in page
