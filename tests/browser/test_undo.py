"""A text can be taken back while its window is open, and its words return to where they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import rooms, sign_in
from tests.browser.installation import Installation, installation
from tests.browser.test_main_path import SEND_TEXT


@pytest.fixture(scope="module")
def slow_office(prepared: Path) -> Iterator[Installation]:
    """Texts can be taken back for an hour, and nothing is sent meanwhile."""
    with installation(undo_seconds=3600, worker=False, like=prepared) as running:
        yield running


@pytest.fixture
def dana_in_time(browser: Browser, slow_office: Installation) -> Iterator[Page]:
    with rooms(browser, slow_office) as new:
        page = new().new_page()
        sign_in(page)
        page.goto(f"/contacts/{slow_office.ask(NILS)}/")
        yield page


NILS = "SELECT id FROM contacts_contact WHERE name = 'Nils Haverford'"


def test_undo_puts_the_words_of_a_comment_back(dana_in_time: Page) -> None:
    page = dana_in_time
    box = page.get_by_label("Comment", exact=True)
    box.fill("sms: Too early")
    page.get_by_role("button", name="Send SMS").click()
    entry = page.locator("#timeline .entry").filter(has_text="Too early")

    entry.get_by_role("button", name="Undo").click()

    expect(entry).to_contain_text("Cancelled")
    expect(box).to_have_value("sms: Too early")


def test_undo_puts_the_words_of_a_text_back(dana_in_time: Page) -> None:
    page = dana_in_time
    box = page.get_by_label("Text Nils")
    box.fill("Far too early")
    page.locator(SEND_TEXT).click()
    bubble = page.locator("#messages .msg").filter(has_text="Far too early")
    expect(box).to_have_value("")

    bubble.get_by_role("button", name="Undo").click()

    expect(box).to_have_value("Far too early")
    expect(bubble.get_by_role("button", name="Undo")).to_have_count(0)


def test_the_box_says_by_which_app_it_would_write(dana_in_time: Page) -> None:
    page = dana_in_time
    box = page.get_by_label("Comment", exact=True)

    box.fill("viber: Too early")
    expect(page.locator("#body-hint")).to_contain_text("by Viber · 9 characters")
    page.get_by_role("button", name="Send by Viber").click()
    entry = page.locator("#timeline .entry").filter(has_text="by Viber")
    entry.get_by_role("button", name="Undo").click()

    expect(box).to_have_value("viber: Too early")
