"""What stands around every page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

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
