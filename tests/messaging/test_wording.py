"""Words for people that stand in many places."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from messaging import wording
from messaging.models import Broadcast


def test_a_moment_of_another_year_says_which() -> None:
    then = timezone.make_aware(datetime(2099, 1, 2, 10, 0))

    assert wording.soon(then) == "2 Jan 2099, 10:00"
    assert wording.leaves(Broadcast(send_at=then)) == "2 Jan 2099, 10:00"
    assert wording.leaves(Broadcast(send_at=then, is_local=True)).startswith("2 Jan 2099, 10:00")


def test_a_moment_of_today_says_the_time_alone() -> None:
    assert wording.soon(timezone.now()) == f"{timezone.localtime():%H:%M}"
    assert ":" in wording.soon(timezone.now() + timedelta(days=2))
