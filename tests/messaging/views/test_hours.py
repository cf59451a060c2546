"""The hours between which machines may text, chosen on screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import quiet_hours, texting_hours
from messaging.models import Installation, Message

HOURS = reverse("settings:hours")
LONDON = ["Europe/London"]
AT_SIX = datetime(2026, 1, 5, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def installed(db: None) -> None:
    Installation.objects.get_or_create(pk=1)


def choose(browser: Client, start: str, end: str) -> int:
    return browser.post(HOURS, {"start": start, "end": end}).status_code


def test_the_hours_of_the_environment_are_shown_until_others_are_chosen(
    danas_browser: Client,
) -> None:
    html = danas_browser.get(HOURS).content.decode()

    assert 'value="08:00"' in html
    assert 'value="21:00"' in html


@pytest.mark.django_db(transaction=True)
def test_chosen_hours_go_before_the_environments(danas_browser: Client) -> None:
    assert not quiet_hours.is_allowed(LONDON, AT_SIX)

    assert choose(danas_browser, "05:30", "21:00") == 302

    assert quiet_hours.is_allowed(LONDON, AT_SIX)
    assert Installation.objects.get().texting_hours == "05:30-21:00"
    assert 'value="05:30"' in danas_browser.get(HOURS).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_time_twice_is_at_any_hour(danas_browser: Client) -> None:
    choose(danas_browser, "08:00", "08:00")

    assert quiet_hours.is_allowed(LONDON, AT_SIX.replace(hour=2))


def test_another_process_goes_by_them_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    Installation.objects.update(texting_hours="05:30-21:00")
    assert not quiet_hours.is_allowed(LONDON, AT_SIX)

    monkeypatch.setattr(texting_hours, "LONGEST", 0.0)

    assert quiet_hours.is_allowed(LONDON, AT_SIX)


@pytest.mark.parametrize(("start", "end"), [("", "21:00"), ("soon", "21:00"), ("08:00", "\0")])
def test_what_is_no_time_is_said_and_changes_nothing(
    danas_browser: Client, start: str, end: str
) -> None:
    answer = danas_browser.post(HOURS, {"start": start, "end": end})

    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert Installation.objects.get().texting_hours is None


def test_what_waits_for_the_morning_is_counted_and_judged_anew(
    danas_browser: Client, sent: Message
) -> None:
    Message.objects.update(reason="quiet_hours", send_after=timezone.now() + timedelta(hours=9))
    page = danas_browser.get(HOURS).content.decode()
    assert "1 text</a> waits for a fair hour" in page
    assert "Contacts</a>" in page, "what waits here is no count of the menu"

    choose(danas_browser, "08:00", "08:00")

    assert Message.objects.get().send_after <= timezone.now()
