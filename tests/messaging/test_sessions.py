"""Nobody stays signed in for ever: an idle session ends, and so does one that is simply old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from messaging.models import SignIn

HOUR = timedelta(hours=1)


@pytest.fixture
def visits(client: Client, alice: User) -> Any:
    """Alice signed in an hour ago; visits(hours) asks for a page that long after that."""
    began = timezone.now() - HOUR
    with time_machine.travel(began):
        client.force_login(alice)

    def visit(hours: float, path: str = "/contacts/") -> int:
        with time_machine.travel(began + hours * HOUR, tick=False):
            return client.get(path).status_code

    return visit


def test_twelve_hours_without_a_click_sign_out(visits: Any) -> None:
    assert visits(11.9) == 200
    assert visits(23.8) == 200
    assert visits(35.9) == 302


def test_an_open_tab_that_asks_by_itself_keeps_nobody_signed_in(visits: Any) -> None:
    for hour in range(1, 12):
        assert visits(hour, "/live/?page=inbox&rev=1") in {200, 204}

    assert visits(12.1, "/live/?page=inbox&rev=1") == 401
    assert visits(12.1) == 302


def test_after_a_fortnight_everybody_signs_in_again(visits: Any) -> None:
    for hour in range(10, 14 * 24, 10):
        assert visits(hour) == 200

    assert visits(14 * 24 + 0.1) == 302


def test_what_is_over_is_not_kept(client: Client, visits: Any) -> None:
    from django.contrib.sessions.models import Session

    visits(13)

    assert not Session.objects.exists()


@pytest.mark.parametrize("minutes", [0, 30])
def test_the_idle_time_can_be_set(visits: Any, settings: Any, minutes: int) -> None:
    settings.SESSION_IDLE_MINUTES = minutes

    assert visits(13) == (200 if minutes == 0 else 302)


def test_clicks_in_a_row_do_not_write_the_session_each_time(client: Client, visits: Any) -> None:
    visits(1)
    before = dict(client.session)

    visits(1 + 1 / 60)

    assert dict(client.session) == before


def test_signing_in_where_somebody_else_was_signed_in_is_noted_like_any(
    alices_browser: Client, bob: User
) -> None:
    alices_browser.force_login(bob)

    assert alices_browser.get("/contacts/").status_code == 200
    assert SignIn.objects.get(user=bob).session_key == alices_browser.session.session_key
