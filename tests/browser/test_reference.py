"""The API reference is drawn from our own address, under the strict policy, and works."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Room

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_the_reference_is_drawn_offline_and_tries_things_out(room: Room, badge: Any) -> None:
    page = room(storage_state=badge).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/settings/tokens/new/")
    page.get_by_label("Name").fill("Reference")
    page.get_by_role("button", name="Make token").click()
    secret = page.locator("#secret").inner_text()

    page.goto("/api/docs")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").fill(secret)
    page.locator(".auth-container .authorize").click()
    page.locator(".auth-container .btn-done").click()
    page.locator("#operations-texts-messaging_api_texts_me .opblock-summary-control").click()
    page.locator(".try-out button").click()
    page.locator(".execute-wrapper button").click()

    expect(page.locator(".live-responses-table")).to_contain_text('"username": "demo"')
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {
        page.url.split("/")[2]
    }
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(WIDER) <= 0
