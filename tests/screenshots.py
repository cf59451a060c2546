"""
`make screenshots`: pictures of every screen with the sample people, for docs/screenshots/.

Each page at 1280 × 800 and at 390 × 844, light and dark. Words after the command choose pages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.installation import Installation, installation
from tests.browser.pages import Screen, address

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
HOLD_STILL = "* { caret-color: transparent !important; animation: none !important }"


def compose(page: Page) -> None:
    box = page.get_by_label("Comment", exact=True)
    box.fill("sms: 8 December works, the scaffold goes up on the 7th. Shall I book it?")
    box.blur()


#: Name of the picture -> what it shows on a desk, and on a phone where that differs.
DESK = {
    "login": Screen("/login/", signed_in=False),
    "contacts": Screen("/contacts/"),
    "contact": Screen("/contacts/{ada}/"),
    "contact-composing": Screen("/contacts/{ada}/", compose),
    "contact-form": Screen("/contacts/{ada}/edit/"),
    "company": Screen("/companies/{bakery}/"),
    "companies": Screen("/companies/"),
    "deal": Screen("/deals/{oven}/"),
    "deals": Screen("/deals/"),
    "inbox": Screen("/inbox/"),
    "communications": Screen("/communications/"),
    "message": Screen("/communications/{undelivered}/"),
    "numbers": Screen("/numbers/"),
    "triggers": Screen("/triggers/"),
    "quick-text": Screen("/quick-text/"),
    "handset": Screen("/handset/"),
    "dashboard": Screen("/dashboard/?days=30"),
    "template": Screen("/templates/{template}/"),
    "profile": Screen("/settings/"),
    "gateways": Screen("/settings/gateways/"),
    "attention": Screen("/settings/attention/"),
    "opt-outs": Screen("/settings/opt-outs/"),
    "notifications": Screen("/notifications/"),
}
PHONE = DESK | {
    "contact": Screen("/contacts/{ada}/?tab=conversation"),
    "contact-activity": Screen("/contacts/{ada}/?tab=activity"),
    "contact-details": Screen("/contacts/{ada}/?tab=details"),
    "contact-composing": Screen("/contacts/{ada}/?tab=activity", compose),
}


def main(chosen: list[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.browser.settings"
    if reason := chromium.reason_to_skip():
        print(f"No pictures: {reason}.")
        return 1
    FOLDER.mkdir(exist_ok=True)
    # Texts are held back, so that a picture never catches one half-way.
    with installation(worker=False) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        for path in pictures(browser, site, chosen):
            print(f"{path.name}  {path.stat().st_size // 1000} kB")
    return 0


def pictures(browser: Browser, site: Installation, chosen: list[str]) -> Iterator[Path]:
    for size, screens, end in ((chromium.DESKTOP, DESK, ""), (chromium.PHONE, PHONE, "-mobile")):
        for theme in chromium.THEMES:
            context = browser.new_context(
                base_url=site.url,
                viewport=size,
                color_scheme=theme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name, screen in screens.items():
                if not chosen or name in chosen or not screen.signed_in:
                    yield take(page, screen, site, FOLDER / f"{name}{end}-{theme}.png")
                if not screen.signed_in:
                    sign_in(page)
            context.close()


def take(page: Page, screen: Screen, site: Installation, path: Path) -> Path:
    page.goto(address(screen, site))
    page.evaluate("document.fonts.ready")
    if screen.step:
        screen.step(page)
    page.screenshot(path=path, style=HOLD_STILL, scale="css")
    return path


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/contacts/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
