"""Pages that renew themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Comment, Contact, Deal
from messaging import news, rollups
from messaging.models import Message, Number, Status
from messaging.news import Piece
from tests.messaging.views.conftest import Texts

LIVE = reverse("messaging:live")


def held(browser: Client, url: str) -> dict[str, str]:
    """What a browser that just opened this page sends along."""
    html = browser.get(url).content.decode()
    form = re.search(r'<form id="live".*?</form>', html, re.DOTALL)
    fields = re.findall(r'<input type="hidden" form="live"[^>]*>', html)
    inputs = " ".join([form[0] if form else "", *fields])
    return dict(re.findall(r'name="(\w+)"(?: id="[\w-]+")? value="([^"]*)"', inputs))


def taken_over(holds: dict[str, str], html: str) -> dict[str, str]:
    """What it sends the next time, after this answer."""
    return holds | dict(re.findall(r'name="(\w+)" id="live-\w+" value="([^"]*)" hx-swap-oob', html))


@pytest.fixture
def carols_page(alices_browser: Client, carol: Contact, sent: Message) -> dict[str, str]:
    return held(alices_browser, carol.get_absolute_url())


def test_nothing_new_is_a_204_and_four_small_questions(
    alices_browser: Client, carols_page: dict[str, str], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):  # session, user, record; its texts, its entries, who types
        response = alices_browser.get(LIVE, carols_page)

    assert response.status_code == 204


def test_a_reply_is_inserted_below_and_on_the_timeline_once(
    alices_browser: Client, carols_page: dict[str, str], arrive: Texts, sent: Message
) -> None:
    reply = arrive("On my way")

    html = alices_browser.get(LIVE, carols_page).content.decode()

    assert 'hx-swap-oob="beforeend:#messages"' in html
    assert f'id="message-{reply.pk}"' in html
    assert f'hx-swap-oob="beforebegin:#track-{sent.pk}"' in html
    assert f'id="track-{reply.pk}"' in html
    assert f'id="message-{sent.pk}"' not in html
    assert alices_browser.get(LIVE, taken_over(carols_page, html)).status_code == 204


def test_a_text_counts_on_the_open_page_of_its_contact_alone(
    alices_browser: Client,
    carols_page: dict[str, str],
    carol: Contact,
    arrive: Texts,
    sent: Message,
) -> None:
    deal = Deal.objects.create(title="New boiler", contact=carol)
    deals_page = held(alices_browser, deal.get_absolute_url())
    post_comment(on=deal, author=sent.author, body="A word with her")  # news for that page too
    rollups.count_received(carol.pk, arrive("On my way").created_at)

    html = alices_browser.get(LIVE, carols_page).content.decode()

    replied = re.search(r'<div class="fact" id="last-reply" hx-swap-oob="true">.*', html)
    assert replied
    assert "1 received" in replied[0]
    elsewhere = alices_browser.get(LIVE, deals_page).content.decode()
    assert "A word with her" in elsewhere
    assert 'id="last-reply"' not in elsewhere


def test_a_new_status_replaces_the_bubble_and_the_card(
    alices_browser: Client, carols_page: dict[str, str], sent: Message
) -> None:
    Message.objects.update(
        status=Status.DELIVERED, sent_at=timezone.now(), updated_at=timezone.now()
    )

    html = alices_browser.get(LIVE, carols_page).content.decode()

    assert f'id="message-{sent.pk}" hx-swap-oob="true"' in html
    assert f'id="track-{sent.pk}" hx-swap-oob="true"' in html
    assert "beforeend:#messages" not in html


def test_the_first_text_ever_comes_below_its_day(
    alices_browser: Client, carol: Contact, number: Number, arrive: Texts
) -> None:
    page = held(alices_browser, carol.get_absolute_url())
    arrive("Hello")

    html = alices_browser.get(LIVE, page).content.decode()

    assert 'hx-swap-oob="beforeend:#messages"' in html
    assert 'hx-swap-oob="afterbegin:#timeline"' in html
    assert '<li class="day-rule">Today</li>' in html


def test_a_colleagues_comment_appears_on_a_deal(
    alices_browser: Client, roof: Deal, number: Number, bob: User
) -> None:
    page = held(alices_browser, roof.get_absolute_url())
    post_comment(on=roof, author=bob, body="Scaffold comes on Monday")

    html = alices_browser.get(LIVE, page).content.decode()

    assert "Scaffold comes on Monday" in html
    assert "live-texts" not in html


def test_a_page_of_older_entries_stays_as_it_is(
    alices_browser: Client, carol: Contact, sent: Message
) -> None:
    page = held(alices_browser, f"{carol.get_absolute_url()}?cursor=x&before=x")

    assert "entries" not in page
    assert "texts" not in page


def test_the_filter_of_the_timeline_holds_for_what_is_new(
    alices_browser: Client, carol: Contact, sent: Message, bob: User
) -> None:
    page = held(alices_browser, f"{carol.get_absolute_url()}?show=sms")
    post_comment(on=carol, author=bob, body="Just a note")

    assert alices_browser.get(LIVE, page).status_code == 204


@pytest.mark.parametrize("name", ["inbox", "communications", "handset"])
def test_a_list_is_drawn_again_when_a_text_comes_in(
    alices_browser: Client, sent: Message, arrive: Texts, name: str
) -> None:
    Message.objects.update(status=Status.DELIVERED)
    page = held(alices_browser, reverse(f"messaging:{name}"))
    assert alices_browser.get(LIVE, page).status_code == 204
    arrive("On my way")

    html = alices_browser.get(LIVE, page).content.decode()

    assert "On my way" in html
    assert alices_browser.get(LIVE, taken_over(page, html)).status_code == 204


@pytest.mark.parametrize("page", ["", "contact-", "contact-4711", "user-1", "deal-x", "x" * 5000])
def test_a_page_that_is_not_there_is_a_404(alices_browser: Client, page: str) -> None:
    assert alices_browser.get(LIVE, {"page": page}).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "-1", "1_m1", "1_m1-2_", "9" * 40, "1_m١-2"])
def test_a_token_that_was_tampered_with_is_no_error(
    alices_browser: Client, carol: Contact, sent: Message, token: str
) -> None:
    holds = {"page": f"contact-{carol.pk}", "texts": token, "entries": token}

    assert alices_browser.get(LIVE, holds).status_code == 200


def test_what_commits_a_moment_late_is_still_seen_and_only_once() -> None:
    shown = [Piece("m1", 10_000_000, 10_000_000)]
    late = Piece("m2", 9_500_000, 9_500_000)

    first = news.since(news.read(news.token(shown)), [*shown, late])
    second = news.since(news.read(news.token([*shown, late])), [*shown, late])

    assert (first.new, first.changed) == ({"m2"}, set())
    assert not second


def test_what_was_there_and_changed_is_not_new() -> None:
    before = [Piece("m1", 10_000_000, 10_000_000), Piece("m2", 50_000_000, 50_000_000)]
    after = [Piece("m1", 60_000_000, 10_000_000), Piece("m2", 60_000_000, 50_000_000)]

    found = news.since(news.read(news.token(before)), after)

    assert (found.new, found.changed) == (set(), {"m1", "m2"})


def test_a_busy_moment_does_not_hide_an_older_text(
    alices_browser: Client, carols_page: dict[str, str], arrive: Texts
) -> None:
    arrive("A day old", created_at=timezone.now() - timedelta(days=1))

    html = alices_browser.get(LIVE, carols_page).content.decode()

    assert "live-texts" in html
    assert Comment.objects.count() == 2
