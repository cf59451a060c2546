"""
Every page there is, by the name of its address, with the objects it is looked at with.

A new address without a row here fails test_pages.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.browser.installation import Installation

Step = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Screen:
    """An address, in which `{ada}` is the id of something in THINGS, and what is done there."""

    address: str
    step: Step | None = None
    signed_in: bool = True


#: Things of the sample data: the question for their id.
THINGS = {
    "ada": "SELECT id FROM contacts_contact WHERE name = 'Ada Merriweather'",
    "hana": "SELECT id FROM contacts_contact WHERE name = 'Hana Kirkwood'",
    "zadie": "SELECT id FROM contacts_contact WHERE name = 'Zadie Holloway'",
    "opted_out": "SELECT contact_id FROM contacts_phone JOIN messaging_recipient ON phone = e164"
    " WHERE opted_out_at IS NOT NULL",
    "phone_opted_out": "SELECT phone FROM messaging_recipient WHERE opted_out_at IS NOT NULL",
    "bakery": "SELECT id FROM contacts_company WHERE name = 'Merriweather Bakery'",
    "oven": "SELECT id FROM contacts_deal WHERE title = 'Second oven room'",
    "stranger": "SELECT id FROM messaging_conversation WHERE contact_id IS NULL",
    "number": "SELECT id FROM messaging_number WHERE is_default",
    "template": "SELECT id FROM messaging_template WHERE name = 'hello'",
    "trigger": "SELECT id FROM messaging_trigger WHERE prefix = 'sms:'",
    "comment": "SELECT contacts_comment.id FROM contacts_comment JOIN auth_user"
    " ON auth_user.id = author_id WHERE kind = 'comment' AND username = 'demo'",
    **{
        status: f"SELECT id FROM messaging_message WHERE status = '{status}'"
        for status in ("delivered", "failed", "undelivered", "unconfirmed", "received")
    },
}


def submit(page: Page) -> None:
    """Send the page's form as it is, past the browser's own checks."""
    page.locator("main form[method=post]").first.evaluate("form => form.noValidate = true")
    page.locator("main .form-actions [class~='btn--primary']").click()
    page.locator("main :is([aria-invalid=true], .notice--bad, .field-error)").first.wait_for()


def try_template(page: Page) -> None:
    page.get_by_label("Text").fill("Hi {first_name|there}, we are on our way.")
    page.get_by_label("Name").fill("arriving")
    page.get_by_label("Try it on").fill("Ada Merriweather")
    page.get_by_role("button", name="Preview").click()
    page.get_by_label("Preview for").wait_for()


def submit_nonsense(page: Page) -> None:
    page.get_by_label("Time zone").fill("Moon/Base")
    page.get_by_role("button", name="Save profile").click()
    page.locator(".field-error").wait_for()


def type_text(page: Page) -> None:
    page.get_by_label("Comment", exact=True).fill("sms: The tiles — are here")


def type_look_alike(page: Page) -> None:
    page.get_by_label("Comment", exact=True).fill("smss: The tiles are here")


def post_in_vain(page: Page) -> None:
    page.get_by_label("Comment", exact=True).fill("sms: Are you there?")
    page.get_by_role("button", name="Send SMS").click()
    page.locator(".composer-error").wait_for()


def make_token(page: Page) -> None:
    page.get_by_label("Name").fill("Warehouse dashboard")
    page.get_by_role("button", name="Make token").click()
    page.get_by_text("Copy your token now").wait_for()


def open_keys(page: Page) -> None:
    page.keyboard.press("?")


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or jump to").fill("a")
    page.locator("[data-found] [role=option]").first.wait_for()


def open_menu(page: Page) -> None:
    page.locator("details.menu > summary").first.click()


def open_tables(page: Page) -> None:
    for summary in page.locator("details.chart-data > summary").all():
        summary.click()


def sign_in_wrongly(page: Page) -> None:
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


def screens(noun: str, nouns: str, thing: str) -> dict[str, list[Screen]]:
    """What every record type has."""
    at = f"/{nouns}/{{{thing}}}/"
    return {
        f"contacts:{noun}-list": [
            Screen(f"/{nouns}/"),
            Screen(f"/{nouns}/?q=nobody+is+called+that"),
            Screen(f"/{nouns}/?archived=archived"),
        ],
        f"contacts:{noun}-create": [Screen(f"/{nouns}/new/"), Screen(f"/{nouns}/new/", submit)],
        f"contacts:{noun}-detail": [
            *[Screen(f"{at}?tab={tab}") for tab in ("activity", "details")],
            Screen(f"{at}?tab=activity", type_text),
            Screen(f"{at}?show=sms"),
            Screen(at, open_menu),
        ],
        f"contacts:{noun}-edit": [Screen(f"{at}edit/")],
        f"contacts:{noun}-delete": [Screen(f"{at}delete/")],
    }


PAGES: dict[str, list[Screen]] = {
    "login": [
        Screen("/login/", signed_in=False),
        Screen("/login/", sign_in_wrongly, signed_in=False),
    ],
    "not found": [Screen("/contacts/987654321/"), Screen("/nowhere/", signed_in=False)],
    **screens("contact", "contacts", "hana"),
    **screens("company", "companies", "bakery"),
    **screens("deal", "deals", "oven"),
    "contacts:comment-edit": [
        Screen("/comments/{comment}/edit/"),
    ],
    "contacts:comment-delete": [Screen("/comments/{comment}/delete/")],
    "messaging:dashboard": [
        Screen("/dashboard/", open_tables),
        Screen("/dashboard/?days=30"),
        Screen("/dashboard/?days=90"),
    ],
    "messaging:inbox": [Screen("/inbox/"), Screen("/inbox/?show=unread")],
    "messaging:conversation-whose": [Screen("/inbox/{stranger}/whose/")],
    "messaging:communications": [
        Screen("/communications/"),
        Screen("/communications/?status=failed"),
        Screen("/communications/?q=nobody+wrote+this"),
    ],
    "messaging:message-detail": [
        Screen(f"/communications/{{{status}}}/")
        for status in ("delivered", "failed", "undelivered", "unconfirmed", "received")
    ],
    "messaging:number-list": [Screen("/numbers/")],
    "messaging:number-create": [Screen("/numbers/new/"), Screen("/numbers/new/", submit)],
    "messaging:number-edit": [Screen("/numbers/{number}/")],
    "messaging:trigger-list": [Screen("/triggers/")],
    "messaging:trigger-create": [Screen("/triggers/new/"), Screen("/triggers/new/", submit)],
    "messaging:trigger-edit": [Screen("/triggers/{trigger}/")],
    "messaging:trigger-delete": [Screen("/triggers/{trigger}/delete/")],
    "messaging:template-list": [Screen("/templates/")],
    "messaging:template-create": [
        Screen("/templates/new/"),
        Screen("/templates/new/", submit),
        Screen("/templates/new/", try_template),
    ],
    "messaging:template-edit": [Screen("/templates/{template}/")],
    "messaging:template-delete": [Screen("/templates/{template}/delete/")],
    "messaging:quick-text": [Screen("/quick-text/"), Screen("/quick-text/", submit)],
    "messaging:handset": [Screen("/handset/"), Screen("/handset/?phone=nonsense")],
}
PAGES |= {
    "contacts:notification-list": [Screen("/notifications/")],
    "settings:profile": [Screen("/settings/"), Screen("/settings/", submit_nonsense)],
    "settings:password": [Screen("/settings/password/"), Screen("/settings/password/", submit)],
    "settings:token-list": [Screen("/settings/tokens/")],
    "settings:token-create": [
        Screen("/settings/tokens/new/"),
        Screen("/settings/tokens/new/", submit),
        Screen("/settings/tokens/new/", make_token),
    ],
    "settings:gateway-list": [Screen("/settings/gateways/?balance=simulator")],
    "settings:attention": [Screen("/settings/attention/")],
    "settings:attention-send": [Screen("/settings/attention/{unconfirmed}/send/")],
    "settings:optout-list": [Screen("/settings/opt-outs/"), Screen("/settings/opt-outs/?q=000000")],
    "settings:optout-create": [
        Screen("/settings/opt-outs/new/"),
        Screen("/settings/opt-outs/new/", submit),
    ],
    "settings:optout-detail": [Screen("/settings/opt-outs/{phone_opted_out}/")],
    "settings:event-list": [
        Screen("/settings/events/"),
        Screen("/settings/events/?state=rejected"),
    ],
}
PAGES["contacts:contact-list"] += [
    Screen("/contacts/", open_keys),
    Screen("/contacts/", open_palette),
]
PAGES["contacts:contact-detail"] += [
    Screen("/contacts/{ada}/?tab=conversation"),
    Screen("/contacts/{hana}/?tab=activity", type_look_alike),
    Screen("/contacts/{zadie}/?tab=activity", post_in_vain),
    Screen("/contacts/{zadie}/?tab=conversation"),
    Screen("/contacts/{opted_out}/?tab=conversation"),
]

#: Addresses that are no page.
NO_PAGE = {
    "home": "leads to the contacts",
    "logout": "POST",
    "contacts:contact-archive": "POST",
    "contacts:company-archive": "POST",
    "contacts:deal-archive": "POST",
    "contacts:contact-suggest": "options of a list",
    "contacts:company-suggest": "options of a list",
    "contacts:find": "options of the command menu",
    "contacts:team-suggest": "options of a list",
    "contacts:notification-open": "leads to the comment",
    "contacts:notification-read": "POST",
    "contacts:tag-suggest": "options of a list",
    "messaging:conversation-open": "leads to the contact",
    "messaging:conversation-read": "POST",
    "messaging:conversation-unread": "POST",
    "messaging:conversation-assign": "POST",
    "messaging:conversation-done": "POST",
    "messaging:conversation-snooze": "POST",
    "messaging:conversation-reopen": "POST",
    "messaging:conversation-name": "POST",
    "messaging:conversation-earlier": "bubbles of a conversation",
    "messaging:message-cancel": "POST",
    "messaging:message-again": "POST",
    "messaging:message-arrived": "POST",
    "messaging:message-lost": "POST",
    "messaging:message-called": "POST",
    "messaging:message-move": "POST",
    "messaging:gateway-resume": "POST",
    "messaging:template-choices": "options of a list",
    "messaging:field-choices": "options of a list",
    "settings:token-revoke": "needs a token, which the sample data have none of",
    "settings:gateway-test": "POST",
    "settings:optout-review": "POST",
    "settings:event-detail": "needs an event, which the sample data have none of",
    "settings:event-replay": "POST",
    "messaging:send-text": "POST",
    "messaging:typing": "POST",
    "messaging:handset-answer": "POST",
    "messaging:live": "pieces of pages",
    "messaging:webhook": "for gateways",
}


def names() -> set[str]:
    """Every named address outside the admin, as `app:name`."""
    return set(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{space}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from _names(pattern.url_patterns, f"{pattern.namespace}:")


def address(screen: Screen, site: Installation) -> str:
    """With real ids in it."""
    found = {
        name: site.ask(f"{sql} ORDER BY 1 DESC LIMIT 1")
        for name, sql in THINGS.items()
        if f"{{{name}}}" in screen.address
    }
    missing = [name for name, value in found.items() if value is None]
    assert not missing, f"The sample data hold no {missing}."
    return screen.address.format(**found)
