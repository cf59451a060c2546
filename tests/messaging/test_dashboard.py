"""The dashboard: what it says of a period, and that it says it without reading the texts."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from messaging import figures
from messaging.dashboard import charts
from messaging.dashboard.period import Period, chosen
from messaging.dashboard.reading import Tally
from messaging.models import DailyUse, Direction, Message, Number, Origin, Preference, Status

DASHBOARD = reverse("messaging:dashboard")
NOON = timezone.now().replace(hour=12, minute=0)
STATUSES = ["delivered", "sent", "unconfirmed", "undelivered", "failed"]


@pytest.fixture
def text(number, alice):
    """Makes texts of Alice as they stand now, so many days ago; then all are counted."""

    def make(days=0, status=Status.DELIVERED, times=1, count=True, **more):
        at = NOON - timedelta(days=days)
        inbound = status == Status.RECEIVED
        left = None if inbound or status in {Status.QUEUED, Status.FAILED} else at
        given = {
            "direction": Direction.INBOUND if inbound else Direction.OUTBOUND,
            "number": number,
            "author": None if inbound else alice,
            "created_at": at,
            "sent_at": left,
            "settled_at": left and left + timedelta(seconds=4),
        }
        fixed = {"gateway": "simulator", "phone": "+12125550123", "text": "Hi", "segments": 1}
        rows = [
            Message(
                status=status, origin=Origin.FORM, encoding="GSM-7", **{**fixed, **given, **more}
            )
            for _ in range(times)
        ]
        Message.objects.bulk_create(rows)
        if count:
            figures.rebuild()
        return rows[0]

    return make


def shown(browser: Client, days: int | str = 14) -> dict[str, list[str]]:
    """The big numbers and what is said under each."""
    stats = browser.get(DASHBOARD, {"days": days}).context["stats"]
    return {s.name: [s.figure, s.note, s.aside, *(words for words, _ in s.parts)] for s in stats}


def page(browser: Client, **query: str) -> str:
    return browser.get(DASHBOARD, query).content.decode()


def test_the_big_numbers_of_a_period_beside_the_one_before(alices_browser, text):
    text(times=9)
    text(status=Status.UNDELIVERED, reason="absent")
    text(days=20, times=5)

    found = shown(alices_browser)

    assert found["Sent"][:2] == ["10", "100% more than before"]
    assert found["Delivered"][:3] == ["90%", "10 points lower", "Usually within 4 s"]
    assert found["Failed"][0] == "1"
    assert found["Failed"][1].startswith("Last on ")
    assert found["Failed"][3:] == ["1 not delivered"]


def test_calls_are_left_out_of_the_figures_and_of_what_they_lead_to(alices_browser, text):
    text(times=2)
    text(status=Status.FAILED, reason="spam")
    text(times=4, channel="call", segments=0)
    text(status=Status.FAILED, reason="busy", channel="call", segments=0)

    page = alices_browser.get(DASHBOARD)

    stats = {stat.name: stat for stat in page.context["stats"]}
    (reason,) = page.context["reasons"]
    (alice,) = page.context["people"]
    today = page.context["days"].bars[-1]
    assert (stats["Sent"].figure, stats["Failed"].figure) == ("2", "1")
    assert (reason.words, alice.sent) == ("The carrier took the text for spam.", "2")
    for href, texts in (
        (stats["Sent"].href, 2),
        (stats["Delivered"].href, 2),
        (stats["Failed"].parts[0][1], 1),
        (reason.href, 1),
        (alice.href, 3),  # also those that did not leave
        (today.href, 3),
    ):
        assert len(alices_browser.get(href).context["page"].items) == texts


def test_other_days_are_left_out(alices_browser, text):
    text(days=6)
    text(days=7, times=2)
    text(days=13, times=4)
    text(days=29, times=8)
    text(days=30, times=16)

    assert [shown(alices_browser, days)["Sent"][0] for days in (7, 14, 30, 90)] == [
        "1",
        "7",
        "15",
        "31",
    ]


def test_how_fast_people_reply(alices_browser, text):
    asked = text()
    reply_at = NOON + timedelta(minutes=6)
    text(status=Status.RECEIVED, reply_to=asked, created_at=reply_at)

    assert shown(alices_browser)["Received"] == ["1", "First reply after 6 min", ""]


def test_without_reports_no_rate_is_made_up(alices_browser, text):
    text(status=Status.SENT, times=3)

    assert shown(alices_browser)["Delivered"][:2] == ["–", "No delivery reports yet"]


def test_why_texts_failed_in_plain_words_the_commonest_first(alices_browser, text):
    text(status=Status.FAILED, reason="spam")
    text(status=Status.UNDELIVERED, reason="absent", times=3)
    text(status=Status.FAILED, reason="a word we never heard")

    rows = alices_browser.get(DASHBOARD).context["reasons"]

    assert [(row.words, row.count) for row in rows][:1] == [
        ("The recipient's phone could not be reached.", 3)
    ]
    assert {row.words for row in rows[1:]} == {
        "The carrier took the text for spam.",
        "The gateway gave no reason.",
    }
    assert '<meter class="meter--bad" max="3" value="3"' in page(alices_browser)
    for row in rows:
        assert len(alices_browser.get(row.href).context["page"].items) == row.count


def test_who_wrote_how_many(alices_browser, text, bob):
    text(times=2)
    text(author=bob, times=3)
    text(author=bob, status=Status.FAILED, reason="spam")
    text(author=None)

    rows = alices_browser.get(DASHBOARD).context["people"]

    assert [(row.name, row.sent, row.rate, row.failed) for row in rows] == [
        ("Bob", "3", "75%", "1"),
        ("Alice", "2", "100%", "0"),
        ("Nobody of the team", "1", "100%", "0"),
    ]
    behind = [alices_browser.get(row.href).context for row in rows]
    assert [len(context["page"].items) for context in behind] == [4, 2, 1]
    assert [words for _, _, words in behind[0]["narrowed"]] == ["Written by Bob"]


def test_each_number_beside_its_limit_of_today(alices_browser, text, number):
    text()
    Number.objects.filter(pk=number.pk).update(daily_limit=200, time_zone="UTC")
    DailyUse.objects.create(number=number, day=timezone.now().date(), used=134)
    DailyUse.objects.create(number=number, day=timezone.now().date() - timedelta(1), used=9)

    html = page(alices_browser)

    assert "<b>134</b> of 200" in html
    assert 'max="200" value="134"' in html


def test_a_number_without_texts_left_stands_out(alices_browser, text, number):
    text()
    Number.objects.filter(pk=number.pk).update(daily_limit=5, time_zone="UTC")
    DailyUse.objects.create(number=number, day=timezone.now().date(), used=5)

    assert 'class="num bad"' in page(alices_browser)


@pytest.mark.parametrize("days", [7, 90])
def test_every_figure_of_the_table_leads_to_just_these_texts(alices_browser, text, number, days):
    for at in (0, 11, 40):
        for status in [*STATUSES, Status.RECEIVED, Status.QUEUED]:
            text(days=at, status=status, times=1 + at % 2, count=False)
    figures.rebuild()

    bars = alices_browser.get(DASHBOARD, {"days": days}).context["days"].bars

    cells = [cell for bar in bars for cell in bar.cells if cell[1]]
    assert len(cells) == 6 * (3 if days == 90 else 1)
    for _, figure, href in cells:
        assert len(alices_browser.get(href).context["page"].items) == figure


@pytest.mark.parametrize("reads", ["Pacific/Auckland", "America/St_Johns", ""])
def test_a_figure_leads_to_its_texts_whichever_clock_somebody_reads(
    alices_browser, alice, text, settings, reads
):
    settings.TIME_ZONE = "Europe/Berlin"
    Preference.objects.create(user=alice, time_zone=reads)
    for status in STATUSES:
        text(status=status, count=False)
        text(status=status, days=1, times=2, count=False)
    last = datetime.combine(timezone.localdate(), time.max, tzinfo=ZoneInfo("Europe/Berlin"))
    Message.objects.filter(status=Status.DELIVERED).update(created_at=last - timedelta(days=2))
    figures.rebuild()

    page = alices_browser.get(DASHBOARD).context

    cells = [cell for bar in page["days"].bars for cell in bar.cells if cell[1]]
    stats = [(s.name, int(s.figure), s.href) for s in page["stats"] if s.name == "Sent"]
    for _, figure, href in [*cells, *stats]:
        found = alices_browser.get(href).context
        assert len(found["page"].items) == figure
        told = [words for name, _, words in found["narrowed"] if name == "clock"]
        assert told == (["Days as in Berlin"] if reads else [])


def test_the_page_says_the_same_to_the_eye_and_to_a_screen_reader(alices_browser, text):
    text(times=2)
    text(status=Status.FAILED, reason="spam")
    text(status=Status.RECEIVED)

    html = unescape(page(alices_browser, days="7"))

    today = Period(NOON.date(), NOON.date())
    assert f"{today.words}: 2 delivered, 1 failed, 1 received" in html
    assert html.count('class="fill-bad"') == 2  # the bar and the legend
    assert html.count("<summary>As a table</summary>") == 2


def test_nothing_on_the_page_needs_a_style_attribute_or_a_script(alices_browser, text):
    text()

    main = page(alices_browser).partition("<main")[2].partition("</main>")[0]

    assert not re.search(r"\sstyle=|\son\w+=|<script", main)


@pytest.mark.parametrize("typed", ["", "0", "15", "-7", "１４", "x", "99999999999999999999"])
def test_a_period_nobody_offers_is_the_usual_one(alices_browser, text, typed):
    text()

    response = alices_browser.get(DASHBOARD, {"days": typed})

    assert response.context["period"].days == 14
    assert '<a href="?days=14" aria-current="page">' in response.content.decode()


def test_a_new_installation_is_told_what_to_do_next(alices_browser):
    html = page(alices_browser)

    assert "Nothing to count yet" in html
    assert reverse("messaging:number-create") in html


def test_with_a_number_the_next_thing_is_a_text(alices_browser, number):
    assert f'href="{reverse("messaging:quick-text")}">Send a quick text' in page(alices_browser)


def test_while_older_texts_are_counted_the_page_says_so(alices_browser, text):
    text()
    assert "still being added up" not in page(alices_browser)

    figures.keeping.FigureState.objects.update(is_complete=False)

    assert "still being added up" in page(alices_browser)


def test_texts_that_nobody_counted_yet_are_no_error(alices_browser, text):
    text()
    figures.keeping.FigureState.objects.all().delete()
    figures.keeping.DayFigure.objects.all().delete()
    figures.keeping.DayBin.objects.all().delete()

    assert "still being added up" in page(alices_browser)
    assert shown(alices_browser)["Sent"][0] == "0"


def asked(browser: Client, url: str = f"{DASHBOARD}?days=90") -> list[str]:
    with CaptureQueriesContext(connection) as context:
        browser.get(url)
    return [query["sql"] for query in context]


@pytest.mark.storage
def test_the_page_costs_the_same_however_much_there_is(alices_browser, text, bob):
    text()
    few = asked(alices_browser)
    Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")
    for days in range(0, 30, 3):
        text(days=days, times=3, author=bob, count=False)
        text(days=days, status=Status.FAILED, reason="spam", count=False)
    figures.rebuild()

    many = asked(alices_browser)

    assert len(many) == len(few) <= 16


def test_the_page_reads_no_texts(alices_browser, text):
    text(times=3)

    every_page = asked(alices_browser, reverse("messaging:trigger-list"))
    queries = [sql for sql in asked(alices_browser) if sql not in every_page]

    assert any("messaging_dayfigure" in sql for sql in queries)
    assert not any('FROM "messaging_message"' in sql for sql in queries)


@pytest.mark.django_db
def test_a_stranger_is_led_to_the_sign_in_page(client):
    assert client.get(DASHBOARD)["Location"].startswith("/login/?next=")


def test_a_colleague_sees_the_same(client, bob, text):
    text()
    client.force_login(bob)

    assert shown(client)["Sent"][0] == "1"


def test_it_is_only_read(alices_browser):
    assert alices_browser.post(DASHBOARD).status_code == 405


def test_it_comes_first_in_the_navigation(alices_browser):
    html = page(alices_browser)

    first = re.search(r'<a class="nav-link" href="([^"]+)"( aria-current="page")?', html)
    assert first
    assert first.groups() == (DASHBOARD, ' aria-current="page"')


def test_a_long_period_is_shown_by_weeks_that_leave_out_no_day():
    period = chosen("90", date(2026, 3, 20))

    spans = period.spans

    assert len(spans) == 13
    assert (spans[0].first, spans[-1].last) == (period.first, period.last)
    assert sum(span.days for span in spans) == 90
    assert spans[-1].words == "14 March to 20 March"
    assert chosen("7", date(2026, 3, 20)).spans[0].words == "Saturday 14 March"


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (7, [0, 2, 4, 6, 8]),
        (250, [0, 50, 100, 150, 200, 250]),
        (263, [0, 100, 200, 300]),
    ],
)
def test_the_axis_has_a_few_round_numbers(highest, ticks):
    assert charts.scale(highest) == ticks


def test_parts_of_a_bar_stand_on_each_other():
    pieces = charts.stack([("delivered", 60), ("open", 0), ("bad", 20)], 100)

    assert [(p.kind, p.y, p.height) for p in pieces] == [
        ("delivered", 40.0, 60.0),
        ("bad", 20.0, 20.0),
    ]


def test_the_highest_bar_fits_below_the_highest_tick():
    day = date(2026, 3, 20)
    days = {day: Tally({"delivered": 80, "failed": 30, "received": 250})}

    chart = charts.days_chart(days, Period(day - timedelta(6), day))

    assert chart.ticks[0] == "250"
    assert min(piece.y for piece in chart.bars[-1].pieces) == 0
    assert not chart.bars[0].pieces
    assert chart.bars[0].told == "no texts"


@pytest.mark.parametrize(("tick", "words"), [(0, "0"), (1_000, "1,000"), (200_000, "200k")])
def test_ticks_stay_narrow(tick, words):
    assert charts._short(tick) == words
