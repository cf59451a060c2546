"""What stands around every page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Room


def test_the_tab_that_is_open_is_in_sight_on_a_phone(room: Room, badge: Any) -> None:
    page = room(viewport=chromium.PHONE, storage_state=badge).new_page()
    tabs = page.get_by_role("navigation", name="Settings")

    page.goto("/settings/")
    expect(tabs.get_by_role("link", name="Webhooks")).not_to_be_in_viewport()

    page.goto("/settings/webhooks/")
    expect(tabs.get_by_role("link", name="Webhooks")).to_be_in_viewport(ratio=1)
    expect(tabs.get_by_role("link", name="Profile")).not_to_be_in_viewport()


def test_a_file_that_is_read_says_so(dana_at_her_desk: Page) -> None:
    page = dana_at_her_desk
    page.goto("/contacts/import/")
    sign = page.locator("[data-uploading]")
    expect(sign).to_be_hidden()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"Name,Phone\nIda,\n"}
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")  # never arrives
    read = page.get_by_role("button", name="Read the file")

    read.click()
    expect(sign).to_be_hidden()
    page.locator("input[type=file]").set_input_files([file])
    read.click()

    expect(sign).to_be_visible()
