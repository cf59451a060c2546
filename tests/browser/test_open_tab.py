"""A tab that stays open: through a lost sign-in, and through a server that went and came back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bench.stack import wait_for_port
from tests.browser.conftest import sign_in
from tests.browser.installation import GUNICORN, Installation, installation, stop

SOON = 30_000  # milliseconds
WORDS = "We can be there at ten"


@pytest.fixture(scope="module")
def shop(prepared: Path) -> Iterator[Installation]:
    """An installation that may be stopped."""
    with installation(like=prepared) as running:
        yield running


def open_ada(page: Page) -> None:
    page.get_by_role("link", name="Ada Merriweather").first.click()
    page.get_by_label("Comment", exact=True).fill(WORDS)


def test_a_lost_sign_in_is_said_and_the_draft_kept(browser: Browser, shop: Installation) -> None:
    # Not one of `rooms`, which take an error in the console (here: the 401 meant) for a fault.
    context = browser.new_context(base_url=shop.url, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page)
    open_ada(page)

    context.clear_cookies(name="session")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("You were signed out.")).to_be_visible(timeout=SOON)
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_label("Comment", exact=True)).to_have_value(WORDS, timeout=SOON)
    context.close()


def test_a_restart_of_the_server_is_survived(browser: Browser, shop: Installation) -> None:
    context = browser.new_context(base_url=shop.url, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page)
    open_ada(page)

    stop(shop.processes.pop(0))
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.evaluate("setTimeout(() => dispatchEvent(new Event('focus')), 500)")
    shop.start(*GUNICORN, "--bind", f"127.0.0.1:{shop.port}")
    wait_for_port(shop.port)
    answer = context.new_page()
    answer.goto("/handset/?phone=%2B12125550101")
    box = answer.locator("input[name=text]").first
    box.fill("I am waiting outside")
    box.press("Enter")
    page.bring_to_front()

    expect(page.get_by_text("I am waiting outside").first).to_be_visible(timeout=SOON)
    expect(page.get_by_label("Comment", exact=True)).to_have_value(WORDS)
    context.close()
