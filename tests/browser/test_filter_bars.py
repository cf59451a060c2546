"""Communications in a browser: its bar of filters at every width, and keeping what it shows."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Room

#: Where the top of each element is, in pixels.
TOPS = "(elements) => elements.map((one) => one.getBoundingClientRect().top)"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [1440, 1280, 1024, 800, 390, 320])
def test_from_and_to_stand_on_one_line_and_nothing_sticks_out(
    width: int, room: Room, badge: Any
) -> None:
    page = room(viewport={"width": width, "height": 844}, storage_state=badge).new_page()
    page.goto("/communications/?status=failed&days=30&since=2026-01-01&until=2026-12-31")
    if width < 760:
        page.locator(".filters-fold > summary").click()

    labels = page.locator(".filters-when > span").evaluate_all(TOPS)
    fields = page.locator("#id_since, #id_until").evaluate_all(TOPS)
    buttons = page.locator(".filters-do > *").evaluate_all(TOPS)

    assert [len(set(tops)) for tops in (labels, fields, buttons)] == [1, 1, 1]
    assert len(labels) == len(fields) == len(buttons) == 2
    assert page.evaluate(WIDER) <= 0
    bar = page.locator("form.filters--fold")
    assert bar.evaluate("(bar) => bar.scrollWidth - bar.clientWidth") <= 0


def test_what_the_list_shows_is_kept_under_a_name(anyway: Page) -> None:
    page = anyway
    page.goto("/communications/")
    fold = page.locator(".filters-fold > summary")
    if fold.is_visible():
        assert not page.get_by_label("Status").is_visible()
        fold.click()
    page.get_by_label("Status").select_option("delivered")
    page.get_by_label("When").select_option("90")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Arrived")
    page.get_by_role("button", name="Save view").click()

    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="Arrived")
    assert tab.get_attribute("aria-current") == "page"

    page.get_by_role("link", name="Rename").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/communications/")
    assert not tab.count()
