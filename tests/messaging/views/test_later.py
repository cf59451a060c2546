"""Texts that leave later."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from messaging import arrivals, later
from messaging.gateways.base import InboundText
from messaging.models import Message, Number, Status
from tests.messaging.views.conftest import CAROLS_PHONE, HTMX

NEW_YORK = ZoneInfo("America/New_York")
DAY = timezone.now().astimezone(NEW_YORK).date() + timedelta(days=3)
AT_NINE = {"later": "on", "day": str(DAY), "clock": "09:00"}


@pytest.fixture
def far_away(carol: Contact, number: Number) -> Contact:
    """Carol, in New York, where it is never quiet."""
    Contact.objects.filter(pk=carol.pk).update(time_zone="America/New_York")
    carol.refresh_from_db()
    return carol


def send(browser: Client, contact: Contact, headers: dict[str, str] | None = None, **data: Any):
    url = reverse("messaging:send-text", args=[contact.pk])
    return browser.post(url, {"text": "Good morning", **data}, headers=headers or {})


def test_the_time_is_the_recipients(alices_browser: Client, far_away: Contact) -> None:
    send(alices_browser, far_away, **AT_NINE)

    message = Message.objects.get()
    assert message.status == Status.QUEUED
    assert message.send_after == datetime.combine(DAY, time(9), tzinfo=NEW_YORK)
    assert message.expires_at is not None
    assert message.expires_at > message.send_after


def test_the_bubble_says_when_on_both_clocks_and_can_be_cancelled(
    alices_browser: Client, far_away: Contact
) -> None:
    send(alices_browser, far_away, **AT_NINE, unless_reply="on")

    page = alices_browser.get(f"{far_away.get_absolute_url()}?tab=conversation").content.decode()
    ours = datetime.combine(DAY, time(9), tzinfo=NEW_YORK).astimezone(UTC)

    assert f"{ours:%H:%M} (09:00 their time), unless they reply" in page
    assert reverse("messaging:message-cancel", args=[Message.objects.get().pk]) in page
    assert ">Cancel</button>" in page


def test_cancelled_its_words_go_back_into_the_composer(
    alices_browser: Client, far_away: Contact
) -> None:
    send(alices_browser, far_away, **AT_NINE)
    message = Message.objects.get()

    response = alices_browser.post(
        reverse("messaging:message-cancel", args=[message.pk]),
        {"page": f"contact-{far_away.pk}", "texts": "0"},
        headers=HTMX,
    )

    message.refresh_from_db()
    assert message.status == Status.CANCELLED
    assert '"text": "Good morning"' in response["HX-Trigger"]


@pytest.mark.parametrize(("ticked", "left"), [("on", Status.CANCELLED), ("", Status.QUEUED)])
def test_a_reply_takes_it_back_only_if_that_was_ticked(
    alices_browser: Client, far_away: Contact, number: Number, ticked: str, left: str
) -> None:
    send(alices_browser, far_away, **AT_NINE, **({"unless_reply": ticked} if ticked else {}))

    news = InboundText(
        sender=CAROLS_PHONE, to=number.address, text="Done already", external_id="1", sent_at=None
    )
    arrivals.arrive(news, "simulator", timezone.now())

    assert Message.objects.get(text="Good morning").status == left


def test_what_leaves_at_once_is_not_taken_back_by_a_reply(
    alices_browser: Client, far_away: Contact
) -> None:
    send(alices_browser, far_away, unless_reply="on", day=str(DAY), clock="09:00")

    message = Message.objects.get()
    assert not message.cancel_on_reply
    assert message.send_after <= timezone.now()


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"day": "", "clock": "09:00"}, "Say on which day it is to leave."),
        ({"day": str(DAY), "clock": ""}, "Say at what time it is to leave."),
        ({"day": "soon", "clock": "09:00"}, "That is no day: choose one."),
        ({"day": str(DAY), "clock": "nine"}, "That is no time of day."),
        ({"day": "2020-01-01", "clock": "09:00"}, "That time has passed."),
        ({"day": "2099-01-01", "clock": "09:00"}, "A text can wait for a year at most."),
        ({"day": "0001-01-01", "clock": "00:00"}, "That time has passed."),
        ({"day": "9999-12-31", "clock": "23:59"}, "A text can wait for a year at most."),
    ],
)
def test_a_time_that_cannot_be_keeps_the_words_and_says_why(
    alices_browser: Client,
    far_away: Contact,
    headers: dict[str, str],
    when: dict[str, str],
    told: str,
) -> None:
    response = send(alices_browser, far_away, headers, later="on", **when)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert "Good morning" in page
    assert f'value="{when["day"]}"' in page or not when["day"]
    assert 'id="id_later" aria-label="Send later" checked' in page
    assert not Message.objects.exists()


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    spring = date(2027, 3, 14)

    with pytest.raises(later.NoSuchTime, match="There is no 02:30 on that day"):
        later.moment(spring, time(2, 30), NEW_YORK, now=datetime(2027, 3, 1, tzinfo=UTC))


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    autumn = date(2027, 11, 7)

    when = later.moment(autumn, time(1, 30), NEW_YORK, now=datetime(2027, 11, 1, tzinfo=UTC))

    assert when == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_at_night_the_composer_says_so_and_offers_the_morning(
    alices_browser: Client, far_away: Contact, settings: LazySettings
) -> None:
    there = timezone.now().astimezone(NEW_YORK)
    start, end = there + timedelta(hours=2), there + timedelta(hours=3)
    settings.TEXTING_HOURS = f"{start:%H:%M}-{end:%H:%M}"

    page = alices_browser.get(f"{far_away.get_absolute_url()}?tab=conversation").content.decode()

    assert "for Carol (New York)." in page
    assert f"Wait until {start:%H:%M}" in page
    assert f'value="{start:%H:%M}"' in page
    assert f'value="{start:%Y-%m-%d}"' in page
    assert "Send anyway" in page


def test_at_a_fair_hour_there_is_no_warning(
    alices_browser: Client, far_away: Contact, settings: LazySettings
) -> None:
    settings.TEXTING_HOURS = ""

    page = alices_browser.get(f"{far_away.get_absolute_url()}?tab=conversation").content.decode()

    assert "Send anyway" not in page
    assert "Wait until" not in page
    assert "On their clock: it is" in page
    assert 'value="09:00"' in page


def test_at_night_a_text_that_is_sent_anyway_leaves_at_once(
    alices_browser: Client, far_away: Contact, settings: LazySettings
) -> None:
    there = timezone.now().astimezone(NEW_YORK)
    settings.TEXTING_HOURS = (
        f"{there + timedelta(hours=2):%H:%M}-{there + timedelta(hours=3):%H:%M}"
    )

    send(alices_browser, far_away)

    assert Message.objects.due().count() == 1


def test_scheduled_texts_stand_under_queued_with_their_time(
    alices_browser: Client, far_away: Contact
) -> None:
    send(alices_browser, far_away, **AT_NINE)

    page = alices_browser.get(reverse("messaging:communications"), {"status": "queued"})

    assert "Good morning" in page.content.decode()
    assert "Going out " in page.content.decode()
