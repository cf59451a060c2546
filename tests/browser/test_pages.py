"""Every page in both themes and at both widths: usable by everybody, inside its frame."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.conftest import Room
from tests.browser.installation import Installation
from tests.browser.pages import NO_PAGE, PAGES, Screen, address, names

LOOKS = [
    ("light", chromium.DESKTOP),
    ("dark", chromium.DESKTOP),
    ("dark", chromium.PHONE),
    ("light", chromium.PHONE),
]
#: A theme changes nothing but colours.
RUN_AXE = """async (theme) => {
  // preload: axe would copy imported sheets (the admin has some) into inline ones, against the CSP
  const every = { resultTypes: ["violations"], preload: false };
  const colours = { ...every, runOnly: ["color-contrast", "link-in-text-block"] };
  const { violations } = await axe.run(theme === "light" ? every : colours);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}"""
SCREENS = [
    pytest.param(screen, id=f"{name} {screen.address} {getattr(screen.step, '__name__', '')}")
    for name, rows in PAGES.items()
    for screen in rows
]
#: Transitions begin with the next frame; on a busy machine even the shortest is drawn late.
CHANGE_THEME = """async (theme) => {
  const frame = () => new Promise(requestAnimationFrame);
  const still = new CSSStyleSheet();  // what inherits a colour begins to change when that has ended
  still.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets = [still];
  document.documentElement.dataset.theme = theme;
  await frame();
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  await frame();
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_address_is_a_page_with_a_row_or_no_page() -> None:
    known = PAGES.keys() | NO_PAGE.keys()

    assert names() - known == set()
    assert known - names() == {"not found", "admin"}


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

    page.evaluate(AXE_SCRIPT)
    assert [problem for look in LOOKS for problem in problems(page, *look)] == []


def problems(page: Page, theme: str, size: Any) -> list[str]:
    """What axe and the page's frame have to say in this look."""
    page.set_viewport_size(size)
    page.evaluate(CHANGE_THEME, theme)
    look = f"{theme} {size['width']}"
    wider = page.evaluate(WIDER)
    found = [f"scrolls sideways by {wider} px"] if wider > 0 else []
    return [f"{look}: {problem}" for problem in found + page.evaluate(RUN_AXE, theme)]
