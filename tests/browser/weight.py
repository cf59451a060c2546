"""
`make weight`: what pages cost in Chromium: kilobytes on a first visit and on later ones, how soon
the first thing is drawn, and whether anything moves while the page builds up.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import chromium
from tests.browser.installation import Installation, installation
from tests.browser.pages import PAGES, Screen, address

FIRST_KB, LATER_KB, PAINT_MS = 150, 30, 500
SHIFT = 0.0005  # of the window, and what is less shows as 0.000
VISITS = 3
SETTLED = 400  # milliseconds in which what comes late would still move something
WATCH = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True, slots=True)
class Visit:
    kilobytes: float
    paint: float  # milliseconds
    moved: float  # cumulative layout shift

    def held(self, most_kb: float) -> bool:
        return self.kilobytes <= most_kb and self.paint <= PAINT_MS and self.moved <= SHIFT


def main(chosen: list[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.browser.settings"
    if reason := chromium.reason_to_skip():
        print(f"Nothing measured: {reason}.")
        return 1
    missed = 0
    with installation(worker=False) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        print(f"at most {FIRST_KB} kB first, {LATER_KB} kB later, {PAINT_MS} ms to paint, no shift")
        print(f"{'':34} first kB  later kB  paint ms   shift")
        for size in (chromium.DESKTOP, chromium.PHONE):
            print(f"{size['width']} px")
            for name, screen in _pages(chosen):
                missed += _measure(browser, site, size, name, screen)
    return 1 if missed else 0


def _pages(chosen: list[str]) -> list[tuple[str, Screen]]:
    """The first screen of each page that needs a sign-in."""
    firsts = [(name, screens[0]) for name, screens in PAGES.items() if screens[0].signed_in]
    return [(name, one) for name, one in firsts if not chosen or name in chosen]


def _measure(
    browser: Browser, site: Installation, size: dict[str, int], name: str, screen: Screen
) -> bool:
    where = address(screen, site)
    context = browser.new_context(base_url=site.url, viewport=size)  # type: ignore[arg-type]
    _sign_in(context)
    page = context.new_page()
    page.add_init_script(WATCH)
    first = _typical([_visit(page, where, cached=False) for _ in range(VISITS)])
    later = _typical([_visit(page, where, cached=True) for _ in range(VISITS)])
    context.close()
    held = first.held(FIRST_KB) and later.held(LATER_KB)
    print(
        f"  {name:32} {first.kilobytes:8.1f}  {later.kilobytes:8.1f}  {first.paint:8.0f}  "
        f"{max(first.moved, later.moved):6.3f}  {'' if held else 'MISSED'}",
        flush=True,
    )
    return not held


def _typical(visits: list[Visit]) -> Visit:
    """The middle of the times, for other programs run here too; the worst of the rest."""
    return Visit(
        max(visit.kilobytes for visit in visits),
        median(visit.paint for visit in visits),
        max(visit.moved for visit in visits),
    )


def _sign_in(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/login/")
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/contacts/")
    page.close()


def _visit(page: Page, where: str, *, cached: bool) -> Visit:
    """Bytes as they came over the wire, heads included."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    if not cached:
        wire.send("Network.clearBrowserCache")
    came: list[float] = []
    wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    page.goto(where, wait_until="load")
    page.wait_for_timeout(SETTLED)
    paint = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity"
    )
    moved = page.evaluate("window.moved")
    wire.detach()
    return Visit(sum(came) / 1000, paint, moved)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
