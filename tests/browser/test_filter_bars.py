"""The bars above the lists: at every width, by keyboard, and keeping what they show."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Room

#: Where the top of each element is, in pixels.
TOPS = "(elements) => elements.map((one) => one.getBoundingClientRect().top)"
#: The bars with everything a list has to filter by.
BARS = [
    "/contacts/?q=a&archived=all",
    "/companies/?q=a&archived=all",
    "/deals/?q=a&archived=all",
    "/communications/?status=failed&days=30&since=2026-01-01&until=2026-12-31",
    "/settings/audit/?action=login&since=2026-01-01",
]
#: What is wider inside than outside.
SCROLLING = (
    "(parts) => parts.filter((p) => p.scrollWidth > p.clientWidth + 1).map((p) => p.className)"
)
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


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", BARS)
def test_a_bar_folds_on_a_phone_and_no_part_of_it_scrolls_sideways(
    address: str, width: int, room: Room, badge: Any
) -> None:
    page = room(viewport={"width": width, "height": 844}, storage_state=badge).new_page()
    page.goto(address)
    bar, fold = page.locator("form.filters--fold"), page.locator(".filters-fold > summary")

    expect(fold).to_be_visible(visible=width < 760)
    if width < 760:
        expect(fold).to_contain_text(" in use")
        expect(bar.locator(".filters-do")).to_be_hidden()
        fold.click()
    for more in bar.locator(".filters-open > summary").all():
        more.click()
    expect(bar.get_by_role("link", name="Clear")).to_be_visible()

    parts = bar.locator(":scope, .filters-more, .filters-when, .filters-panel")
    assert parts.evaluate_all(SCROLLING) == []
    assert page.evaluate(WIDER) <= 0


@pytest.mark.parametrize("address", ["/contacts/", "/contacts/?q=a&archived=all", BARS[2]])
def test_at_a_desk_the_bar_of_a_list_is_one_line(address: str, dana_at_her_desk: Page) -> None:
    page = dana_at_her_desk
    page.goto(address)
    bar = page.locator("form.filters--fold")
    one_line = bar.bounding_box()

    assert one_line is not None
    assert one_line["height"] < 50
    more = bar.get_by_text("More filters and columns")
    place = more.bounding_box()
    more.click()
    expect(bar.get_by_label("Archive")).to_be_visible()
    assert more.bounding_box() == place


def test_contacts_are_filtered_by_keyboard_and_kept_as_a_view(anyway: Page) -> None:
    page = anyway
    page.goto("/contacts/")
    fold, more = (page.locator(f".filters-{name} > summary") for name in ("fold", "open"))
    if fold.is_visible():
        fold.press("Enter")
    page.locator("#id_tag").select_option(label="Lead")
    more.press("Enter")
    page.get_by_label("Archive").select_option("all")
    page.get_by_label("Archive").press("Tab")
    page.get_by_role("button", name="Filter", exact=True).press("Enter")

    page.wait_for_url(re.compile(r"tag=\d+.*archived=all"))
    expect(more).to_contain_text("1 in use")
    expect(fold).to_contain_text("2 in use")
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("All leads")
    page.get_by_role("button", name="Save view").click()
    page.wait_for_url(re.compile(r"tag=\d+.*archived=all"))
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="All leads")
    expect(tab).to_have_attribute("aria-current", "page")

    page.get_by_role("link", name="Rename").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/contacts/")


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
