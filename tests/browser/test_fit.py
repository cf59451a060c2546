"""What was seen to wrap, stick out or stand beside its place in pictures of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Room
from tests.browser.pages import tick_two

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
