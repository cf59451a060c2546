"""Every page in both themes and at both widths: usable by everybody, inside its frame."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.conftest import Room
from tests.browser.installation import Installation
from tests.browser.pages import NO_PAGE, PAGES, Screen, address, names

#: The dark theme changes colours only, so only they are looked at again.
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}
LOOKS = [
    ("light", chromium.DESKTOP, EVERYTHING),
    ("dark", chromium.DESKTOP, COLOURS),
    ("dark", chromium.PHONE, COLOURS),
    ("light", chromium.PHONE, EVERYTHING),
]
SCREENS = [
    pytest.param(screen, id=f"{name} {screen.address} {getattr(screen.step, '__name__', '')}")
    for name, rows in PAGES.items()
    for screen in rows
]
#: Two frames later all transitions are over: none takes longer for whoever wants no motion.
CHANGE_THEME = """theme => new Promise((done) => {
  document.documentElement.dataset.theme = theme;
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
})"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_address_is_a_page_with_a_row_or_no_page() -> None:
    known = PAGES.keys() | NO_PAGE.keys()

    assert names() - known == set()
    assert known - names() == {"not found"}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_page_is_usable_in_every_look(
    screen: Screen, office: Installation, room: Room, badge: Any
) -> None:
    page = room(storage_state=badge if screen.signed_in else None).new_page()

    answer = page.goto(address(screen, office))
    assert answer is not None
    assert answer.status < 500
    assert not re.search(r"<[^>]+\sstyle\s*=", answer.text())
    if screen.step:
        screen.step(page)

    assert [problem for look in LOOKS for problem in problems(page, *look)] == []


def problems(page: Page, theme: str, size: Any, rules: dict[str, Any]) -> list[str]:
    """What axe and the page's frame have to say in this look."""
    page.set_viewport_size(size)
    page.evaluate(CHANGE_THEME, theme)
    look = f"{theme} {size['width']}"
    wider = page.evaluate(WIDER)
    found = [f"{look}: scrolls sideways by {wider} px"] if wider > 0 else []
    return found + [
        f"{look}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in Axe().run(page, options=rules).response["violations"]
        for node in rule["nodes"]
    ]
