"""
`make screenshots`: pictures of every screen with the sample people, for docs/screenshots/.

Each page at 1280 × 800 and at 390 × 844, light and dark. Words after the command choose pages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.installation import Installation, installation
from tests.browser.pages import (
    Screen,
    add_hook,
    address,
    edit_scheduled,
    invite,
    make_token,
    open_delivery,
    open_event,
    open_export,
    open_hook,
    open_keys,
    open_menu,
    open_palette,
    open_team,
    post_in_vain,
    read_file,
    read_log,
    repeat_text,
    tag_all,
    tag_two,
    tick_two,
    try_template,
)

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
#: Written out, as a worker would.
BROADCAST = """
from django.contrib.auth.models import User
from messaging import broadcasts
from messaging.models import Broadcast
Broadcast.objects.create(
    name="Open day", text="Hi {first_name}, our open day is on Saturday, 10 to 16.", query="q=",
    author=User.objects.get(username="demo"),
)
broadcasts.work()
"""
HOLD_STILL = "* { caret-color: transparent !important; animation: none !important }"


def compose(page: Page) -> None:
    type_comment(page, "sms: 8 December works, the scaffold goes up on the 7th. Shall I book it?")


def call(page: Page) -> None:
    type_comment(page, "call: Your survey is tomorrow at nine. Please leave the gate open.")


def type_comment(page: Page, words: str) -> None:
    box = page.get_by_label("Comment", exact=True)
    box.fill(words)
    box.blur()


#: Name of the picture -> what it shows on a desk, and on a phone where that differs.
DESK = {
    "login": Screen("/login/", signed_in=False),
    "password-forgotten": Screen("/password/forgotten/", signed_in=False),
    "contacts": Screen("/contacts/"),
    "contacts-columns": Screen("/contacts/?f-heard_by=1&columns=phone&columns=f-heard_by"),
    "contacts-ticked": Screen("/contacts/", tick_two),
    "contacts-tagged": Screen("/contacts/", tag_two),
    "duplicates": Screen("/contacts/duplicates/"),
    "duplicate-merge": Screen("/contacts/duplicates/{duplicate}/"),
    "bulk-confirm": Screen("/contacts/", tag_all),
    "view-form": Screen("/views/new/?of=contacts&query=q%3Da"),
    "contact": Screen("/contacts/{ada}/"),
    "contact-composing": Screen("/contacts/{ada}/", compose),
    "contact-form": Screen("/contacts/{ada}/edit/"),
    "company": Screen("/companies/{bakery}/"),
    "companies": Screen("/companies/"),
    "deal": Screen("/deals/{oven}/"),
    "deals": Screen("/deals/"),
    "inbox": Screen("/inbox/"),
    "communications": Screen("/communications/"),
    "communications-view": Screen("/communications/?direction=inbound&days=7&view={view_of_texts}"),
    "message": Screen("/communications/{undelivered}/"),
    "communications-export": Screen("/communications/", open_export),
    "contacts-export": Screen("/contacts/", open_export),
    "numbers": Screen("/numbers/"),
    "triggers": Screen("/triggers/"),
    "quick-text": Screen("/quick-text/"),
    "handset": Screen("/handset/"),
    "dashboard": Screen("/dashboard/?days=30"),
    "template": Screen("/templates/{template}/"),
    "profile": Screen("/settings/"),
    "fields": Screen("/settings/fields/"),
    "field-form": Screen("/settings/fields/{field}/"),
    "gateways": Screen("/settings/gateways/"),
    "hours": Screen("/settings/hours/"),
    "attention": Screen("/settings/attention/"),
    "opt-outs": Screen("/settings/opt-outs/"),
    "notifications": Screen("/notifications/"),
    "not-found": Screen("/contacts/987654321/"),
    "contact-menu": Screen("/contacts/{ada}/", open_menu),
    "contact-delete": Screen("/contacts/{ada}/delete/"),
    "contact-erase": Screen("/contacts/{ada}/erase/"),
    "contact-opted-out": Screen("/contacts/{opted_out}/?tab=conversation"),
    "contact-refused": Screen("/contacts/{zadie}/?tab=activity", post_in_vain),
    "company-form": Screen("/companies/{bakery}/edit/"),
    "deal-form": Screen("/deals/{oven}/edit/"),
    "comment-form": Screen("/comments/{comment}/edit/"),
    "comment-delete": Screen("/comments/{comment}/delete/"),
    "command-menu": Screen("/contacts/", open_palette),
    "keys": Screen("/contacts/", open_keys),
    "stranger": Screen("/inbox/{stranger}/whose/"),
    "number-form": Screen("/numbers/{number}/"),
    "trigger-form": Screen("/triggers/{trigger}/"),
    "trigger-delete": Screen("/triggers/{trigger}/delete/"),
    "templates": Screen("/templates/"),
    "template-preview": Screen("/templates/new/", try_template),
    "template-delete": Screen("/templates/{template}/delete/"),
    "password": Screen("/settings/password/"),
    "people": Screen("/settings/people/"),
    "person": Screen("/settings/people/{colleague}/"),
    "audit": Screen("/settings/audit/"),
    "teams": Screen("/settings/teams/new/", open_team),
    "second-factor": Screen("/settings/second-factor/"),
    "invitation": Screen("/settings/invitations/", invite),
    "tokens": Screen("/settings/tokens/"),
    "token-form": Screen("/settings/tokens/new/", make_token),
    "send-again": Screen("/settings/attention/{unconfirmed}/send/"),
    "opt-out-form": Screen("/settings/opt-outs/new/"),
    "opt-out": Screen("/settings/opt-outs/{phone_opted_out}/"),
    "events": Screen("/settings/events/"),
    "webhook-secret": Screen("/settings/webhooks/new/", add_hook),
    "webhook": Screen("/settings/webhooks/new/", open_hook),
    "webhook-delivery": Screen("/settings/webhooks/new/", open_delivery),
    "webhooks": Screen("/settings/webhooks/"),
    "scheduled": Screen("/recurring/new/?contact={ada}", repeat_text),
    "scheduled-edit": Screen("/contacts/{ada}/?tab=conversation", edit_scheduled),
    "recurring-form": Screen("/recurring/new/?contact={ada}"),
    "broadcasts": Screen("/broadcasts/"),
    "broadcast": Screen("/broadcasts/{broadcast}/"),
    "broadcast-form": Screen("/broadcasts/new/?query=q="),
    "import": Screen("/contacts/import/"),
    "import-columns": Screen("/contacts/import/", read_file),
    "import-log": Screen("/communications/import/", read_log),
    "event": Screen("/handset/", open_event),
    "mail": Screen("/settings/mail/"),
    "reports": Screen("/settings/webhooks/reports/"),
    "contact-calling": Screen("/contacts/{ada}/", call),
    "contact-create": Screen("/contacts/new/"),
    "company-create": Screen("/companies/new/"),
    "company-delete": Screen("/companies/{bakery}/delete/"),
    "deal-create": Screen("/deals/new/"),
    "deal-delete": Screen("/deals/{oven}/delete/"),
    "number-create": Screen("/numbers/new/"),
    "trigger-create": Screen("/triggers/new/"),
    "person-create": Screen("/settings/people/new/"),
    "person-deactivate": Screen("/settings/people/{colleague}/deactivate/"),
    "field-create": Screen("/settings/fields/new/"),
    "view-edit": Screen("/views/{view}/"),
    "view-delete": Screen("/views/{view}/delete/"),
    "password-new": Screen("/password/new/x/y/", signed_in=False),
    "admin": Screen("/admin/"),
}
PHONE = DESK | {
    "contact": Screen("/contacts/{ada}/?tab=conversation"),
    "contact-activity": Screen("/contacts/{ada}/?tab=activity"),
    "contact-details": Screen("/contacts/{ada}/?tab=details"),
    "contact-composing": Screen("/contacts/{ada}/?tab=activity", compose),
    "contact-calling": Screen("/contacts/{ada}/?tab=activity", call),
}


def main(chosen: list[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.browser.settings"
    if reason := chromium.reason_to_skip():
        print(f"No pictures: {reason}.")
        return 1
    FOLDER.mkdir(exist_ok=True)
    # Texts are held back, so that a picture never catches one half-way.
    with installation(worker=False) as site, sync_playwright() as playwright:
        site.run("manage.py", "shell", "-v0", "-c", BROADCAST)
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
            wanted = [(name, of) for name, of in screens.items() if not chosen or name in chosen]
            for signed_in in (False, True):
                if signed_in:
                    sign_in(page)
                for name, screen in wanted:
                    if screen.signed_in == signed_in:
                        yield take(page, screen, site, FOLDER / f"{name}{end}-{theme}.png")
            context.close()


def take(page: Page, screen: Screen, site: Installation, path: Path) -> Path:
    page.goto(address(screen, site))
    page.evaluate("document.fonts.ready")
    if screen.step:
        screen.step(page)
    picture = Image.open(BytesIO(page.screenshot(style=HOLD_STILL, scale="css")))
    # 256 colours are enough for a screen, and a third of the size.
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def sign_in(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/contacts/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
