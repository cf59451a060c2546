"""Every text in and out, narrowed down."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.importing import reading
from contacts.models import Contact
from messaging.models import GatewayState, Message, Number, Preference
from tests.messaging.views.conftest import Texts

COMMUNICATIONS = reverse("messaging:communications")
EXPORT = reverse("messaging:communications-export")


def shown(browser: Client, **query: Any) -> list[str]:
    response = browser.get(COMMUNICATIONS, query)
    return [row.text for row in response.context["page"].items]


def test_texts_in_and_out_the_newest_first(
    alices_browser: Client, sent: Message, arrive: Texts
) -> None:
    arrive("On my way")

    assert shown(alices_browser) == ["On my way", "See you at six"]


def test_each_filter_narrows_the_list_down(
    alices_browser: Client, sent: Message, carol: Contact, number: Number, arrive: Texts
) -> None:
    other = Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")
    dave = Contact.objects.create(first_name="Dave")
    arrive("A quote, please", dave, phone="+12125550124", number=other)

    assert shown(alices_browser, contact=carol.pk) == ["See you at six"]
    assert shown(alices_browser, phone="(212) 555-0124") == ["A quote, please"]
    assert shown(alices_browser, number=other.pk) == ["A quote, please"]
    assert shown(alices_browser, direction="outbound") == ["See you at six"]
    assert shown(alices_browser, status="queued") == ["See you at six"]
    assert shown(alices_browser, q="QUOTE") == ["A quote, please"]
    assert shown(alices_browser, q="212 555 0124") == ["A quote, please"]


def test_a_day_includes_all_of_itself(alices_browser: Client, arrive: Texts) -> None:
    today = timezone.localdate()
    arrive("Last week", created_at=timezone.now() - timedelta(days=7))
    arrive("Today")

    assert shown(alices_browser, since=today.isoformat()) == ["Today"]
    assert shown(alices_browser, until=today.isoformat()) == ["Today", "Last week"]
    assert shown(alices_browser, until=(today - timedelta(days=1)).isoformat()) == ["Last week"]


def test_days_are_whole_and_move_with_the_calendar(
    alices_browser: Client, arrive: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive("Six days ago", created_at=datetime(2026, 11, 21, 0, 1, tzinfo=UTC))
    arrive("A week ago", created_at=datetime(2026, 11, 20, 23, 59, tzinfo=UTC))
    arrive("Now", created_at=datetime(2026, 11, 27, 9, 0, tzinfo=UTC))

    monkeypatch.setattr("messaging.filters.timezone.localdate", lambda **_: date(2026, 11, 27))
    assert shown(alices_browser, days=7) == ["Now", "Six days ago"]
    assert shown(alices_browser, days=1) == ["Now"]

    monkeypatch.setattr("messaging.filters.timezone.localdate", lambda **_: date(2026, 11, 28))
    assert shown(alices_browser, days=7) == ["Now"]
    assert shown(alices_browser, days=1) == []


@pytest.mark.parametrize(
    "query",
    [
        {"contact": "x"},
        {"contact": "99999999999999999999999"},
        {"number": "none"},
        {"since": "soon"},
        {"status": "lost"},
        {"cursor": "///"},
        {"q": "\x00"},
        {"phone": "nobody"},
        {"days": "8"},
        {"view": "x"},
    ],
)
def test_nonsense_in_the_address_is_never_an_error(
    alices_browser: Client, sent: Message, query: dict[str, str]
) -> None:
    assert alices_browser.get(COMMUNICATIONS, query).status_code == 200


def test_pages_follow_each_other_without_gap_or_repeat(
    alices_browser: Client, arrive: Texts
) -> None:
    for i in range(60):
        arrive(f"Text {i}")

    first = alices_browser.get(COMMUNICATIONS).context["page"]
    second = shown(alices_browser, cursor=first.next)

    assert [row.text for row in first.items] + second == [f"Text {i}" for i in range(59, -1, -1)]


def test_a_full_page_costs_as_many_questions_as_a_small_one(
    alices_browser: Client, many: Callable[[int], None], django_assert_num_queries: Any
) -> None:
    many(25)

    # session, user, our numbers for the filter, saved views, the page, and one for the shell
    with django_assert_num_queries(6) as asked:
        alices_browser.get(COMMUNICATIONS)

    assert not any('COUNT(*) AS "__count" FROM "messaging_message"' in q["sql"] for q in asked)


def table(answer: Any) -> list[list[str]]:
    """An exported file, cell by cell, with the mark that makes a formula harmless."""
    raw = b"".join(answer)
    if raw.startswith(b"PK"):
        return reading.rows(raw)
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_the_filters_find_can_be_had_as_a_file(
    danas_browser: Client, sent: Message, arrive: Texts, kind: str
) -> None:
    arrive("=cmd|' /C calc'!A0")
    arrive("Second")

    rows = table(danas_browser.get(EXPORT, {"as": kind, "direction": "inbound"}))

    columns = {name: place for place, name in enumerate(rows[0])}
    assert rows[0][0] == "When (UTC)"
    mark = "'" if kind == "csv" else ""
    assert [row[columns["Text"]] for row in rows[1:]] == ["Second", f"{mark}=cmd|' /C calc'!A0"]
    assert rows[1][columns["Phone"]] == "+12125550123"
    assert rows[1][columns["Our number"]] == "+12125550100"
    assert rows[1][columns["Contact"]] == "Carol Finch"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_a_text_cost_stands_in_the_file(
    danas_browser: Client, sent: Message, arrive: Texts, kind: str
) -> None:
    arrive("For free")
    Message.objects.filter(pk=sent.pk).update(price=Decimal("0.075"), gateway="seven")
    GatewayState.objects.create(pk="seven", currency="=EU")

    header, *rows = table(danas_browser.get(EXPORT, {"as": kind}))

    assert header[-2:] == ["Price", "Currency"]
    by_text = {row[header.index("Text")]: row for row in rows}
    mark = "'" if kind == "csv" else ""
    assert by_text[sent.text][-2:] == ["0.0750", f"{mark}=EU"]
    assert not any(by_text["For free"][header.index("Price") :])


def test_times_in_a_file_are_by_the_clock_of_who_asks(
    danas_browser: Client, sent: Message, dana: User
) -> None:
    Preference.objects.update_or_create(user=dana, defaults={"time_zone": "Asia/Tokyo"})
    Message.objects.update(created_at=datetime(2026, 11, 27, 20, 0, tzinfo=UTC))

    rows = table(danas_browser.get(EXPORT))

    assert rows[0][0] == "When (Asia/Tokyo)"
    assert rows[1][0] == "2026-11-28 05:00:00"


def test_the_page_offers_what_it_shows_as_a_file(danas_browser: Client, sent: Message) -> None:
    page = danas_browser.get(COMMUNICATIONS, {"status": "failed"}).content.decode()

    assert "/communications/export/?status=failed&amp;as=xlsx" in page
