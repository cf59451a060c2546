"""What was seen to wrap, stick out or stand beside its place in pictures of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Room
from tests.browser.installation import Installation
from tests.browser.pages import tick_two, write_broadcast

STATES = "from messaging.models import GatewayState as G; "
PAUSE = f"{STATES}G.objects.create(gateway='d7', reason='no_credit', paused_at='2026-11-27T12:00Z')"
RESUME = f"{STATES}G.objects.all().delete()"
LINES = "(parts) => new Set(parts.map((one) => Math.round(one.getBoundingClientRect().top))).size"
STICKS_OUT = "(one) => one.scrollWidth - one.clientWidth"


def test_the_states_of_the_inbox_stand_on_one_line(dana: Page) -> None:
    dana.goto("/inbox/")

    assert dana.locator(".list-head > .states > a").evaluate_all(LINES) == 1
    typed = dana.get_by_label("Name or number")
    assert typed.evaluate("(box) => box.clientWidth") > 160


def test_nothing_of_what_is_done_to_many_sticks_out(dana: Page) -> None:
    dana.goto("/contacts/")
    tick_two(dana)

    assert dana.locator(".bulk").evaluate(STICKS_OUT) <= 0


@pytest.mark.parametrize(
    ("every", "asked", "apart"),
    [("week", "Weekday", "Day of the month"), ("month", "Day of the month", "Weekday")],
)
def test_a_recurring_text_asks_only_what_belongs_to_its_rhythm(
    every: str, asked: str, apart: str, anyway: Page
) -> None:
    anyway.goto("/recurring/new/")

    anyway.get_by_label("How often").select_option(every)

    expect(anyway.get_by_label(asked)).to_be_visible()
    expect(anyway.get_by_label(apart)).to_be_hidden()


def test_the_words_of_a_pill_stand_in_its_middle(dana: Page) -> None:
    dana.goto("/settings/people/")
    pill = dana.locator("tbody tr .pill").first
    middle = "(one) => { const r = one.getBoundingClientRect(); return r.top + r.height / 2 }"

    words = pill.evaluate(
        "(one) => { const r = document.createRange(); r.selectNodeContents(one.lastChild);"
        " const b = r.getBoundingClientRect(); return b.top + b.height / 2 }"
    )

    assert abs(words - pill.evaluate(middle)) < 1.5


def test_a_phone_says_once_whose_conversation_it_is(room: Room, badge: Any) -> None:
    page = room(storage_state=badge, viewport=chromium.PHONE).new_page()
    page.goto("/inbox/")
    page.locator(".row-link").first.click()
    number = page.locator(".phonebar-sub").inner_text()

    assert number
    assert page.get_by_text(number, exact=True).filter(visible=True).count() == 1


@pytest.mark.parametrize("prefix", ["sms:", "whatsapp:"])
def test_a_phone_breaks_no_phone_number_of_the_hint_apart(
    prefix: str, room: Room, badge: Any
) -> None:
    page = room(storage_state=badge, viewport=chromium.PHONE).new_page()
    page.goto("/contacts/?q=Ada+Merriweather")
    page.get_by_role("link", name="Ada Merriweather").click()
    page.get_by_role("link", name="Activity").click()

    page.get_by_label("Comment", exact=True).fill(f"{prefix} The tiles are here")

    hint = page.locator("[data-hint-words]")
    expect(hint).to_contain_text("Will be texted to Ada, +1 212")
    assert hint.evaluate("(one) => one.getBoundingClientRect().height") < 40
    assert hint.locator("span").evaluate("(one) => one.getClientRects().length") == 1


def test_a_long_name_of_a_view_makes_no_phone_wider(room: Room, badge: Any) -> None:
    page = room(storage_state=badge, viewport=chromium.PHONE).new_page()
    page.goto("/views/new/?of=contacts&query=tag%3D1")
    page.get_by_label("Name").fill("Whoever bought tiles of us last year, and grout or a lamp")
    page.get_by_label("For the whole team").check()

    page.get_by_role("button", name="Save view").click()

    page.get_by_role("navigation", name="Views").wait_for()
    assert page.locator("html").evaluate(STICKS_OUT) <= 0
    page.get_by_role("link", name="Rename").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()


def test_the_short_columns_of_a_broadcast_break_no_word_apart(dana_at_her_desk: Page) -> None:
    page = dana_at_her_desk
    page.goto("/broadcasts/new/?query=q=")
    write_broadcast(page)
    page.get_by_text("Ready", exact=True).wait_for()
    page.reload()

    office = page.get_by_role("cell", name="Office").first

    lines = "(one) => { const r = document.createRange(); r.selectNodeContents(one);"
    assert office.evaluate(lines + " return r.getClientRects().length }") == 1


@pytest.mark.parametrize("window", [chromium.DESKTOP, chromium.PHONE], ids=["desk", "phone"])
def test_a_paused_gateway_pushes_no_send_button_off_the_screen(
    window: Any, room: Room, badge: Any, office: Installation
) -> None:
    page = room(storage_state=badge, viewport=window).new_page()
    page.goto("/inbox/?show=all")
    page.locator(".row-link").first.click()
    page.locator(".chat-foot [data-submit]").wait_for()
    office.run("manage.py", "shell", "-c", PAUSE)

    page.reload()

    expect(page.locator(".banner")).to_be_visible()
    expect(page.locator(".chat-foot [data-submit]")).to_be_in_viewport(ratio=1)
    height = page.locator("html").evaluate("(one) => one.scrollHeight - one.clientHeight")
    office.run("manage.py", "shell", "-c", RESUME)
    assert height <= 0
