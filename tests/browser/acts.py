"""What people do over and over: the steps of the browser's tests."""

from __future__ import annotations

import re
from itertools import count

from playwright.sync_api import Locator, Page, expect

IN_PLACE = 30_000  # milliseconds: what arrives by itself, however busy the machine is
#: The sample people's numbers lie below; those ending in 90 to 99 fail.
_ends = (n for n in count(500) if n % 100 < 90)
_hundreds = count(30)


def new_mobile() -> str:
    """A number nobody has yet, whose texts the simulator delivers."""
    return f"+44 7700 900{next(_ends)}"


def failing_mobile(ending: int) -> str:
    """A number nobody has yet, whose texts fail as the simulator's table says (90 to 99)."""
    return f"+44 7911 12{next(_hundreds):02}{ending}"


def add_contact(page: Page, first_name: str, *numbers: str) -> str:
    page.goto("/contacts/new/")
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill("Aldous")
    for place, number in enumerate(numbers, start=1):
        page.get_by_label(f"Number {place}", exact=True).fill(number)
    page.get_by_role("button", name="Save contact").click()
    page.wait_for_url(re.compile(r"/contacts/\d+/$"))
    return page.url


def comment(page: Page, words: str) -> None:
    """Write this in the comment box that is open, and send it."""
    page.get_by_label("Comment", exact=True).fill(words)
    page.locator("form[data-composer=comment] [data-submit]").click()


def track(page: Page, words: str) -> Locator:
    """What was written or texted with these words, not what they are quoted under."""
    own = page.locator(".entry-text").filter(has_text=words)
    return page.locator("#timeline .entry").filter(has=own)


def answer(page: Page, mobile: str, words: str) -> None:
    """From the handset with this number."""
    page.goto(f"/handset/?phone={mobile.replace('+', '%2B').replace(' ', '')}")
    phone = page.locator(".phone").first
    phone.get_by_role("textbox").fill(words)
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator(".bubble-text", has_text=words)).to_be_visible(timeout=IN_PLACE)
