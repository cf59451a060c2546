"""
Every page there is, by the name of its address, with the objects it is looked at with.

A new address without a row here fails test_pages.py.
"""

from __future__ import annotations

import uuid
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
    "colleague": "SELECT id FROM auth_user WHERE username <> 'demo'",
    "broadcast": "SELECT id FROM messaging_broadcast",
    "template": "SELECT id FROM messaging_template WHERE name = 'hello'",
    "trigger": "SELECT id FROM messaging_trigger WHERE prefix = 'sms:'",
    "duplicate": "SELECT id FROM contacts_duplicate",
    "view": "SELECT id FROM contacts_savedview WHERE of = 'contacts'",
    "view_of_texts": "SELECT id FROM contacts_savedview WHERE name LIKE 'Replies%'",
    "field": "SELECT id FROM contacts_customfield WHERE key = 'heard_by'",
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
    page.get_by_label("Text", exact=True).fill("Hi {first_name|there}, we are on our way.")
    page.get_by_label("Name").fill("arriving")
    page.get_by_label("Try it on").fill("Ada Merriweather")
    page.get_by_role("button", name="Preview").click()
    page.get_by_label("Preview for").wait_for()


def submit_no_hours(page: Page) -> None:
    page.get_by_label("From").fill("")
    page.get_by_role("button", name="Save hours").click()
    page.locator(".field-error").wait_for()


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


def tick_two(page: Page) -> None:
    for name in ("Ada Merriweather", "Hana Kirkwood"):
        page.get_by_label(f"Tick {name}").check()
    page.locator(".bulk").wait_for()


def tag_two(page: Page) -> None:
    tick_two(page)
    page.locator("#bulk-tag").fill("Open day")
    page.get_by_role("button", name="Add tag").click()
    page.locator("#bulk-done").wait_for()


def tag_all(page: Page) -> None:
    tick_two(page)
    page.locator("#bulk-tag").fill("Open day")
    page.get_by_label("All that match").check()
    page.get_by_role("button", name="Add tag").click()
    page.get_by_role("button", name="Go ahead").wait_for()


def merge_two(page: Page) -> None:
    for name in ("Felix Northcote", "Ezra Holmwood"):
        page.get_by_label(f"Tick {name}").check()
    page.get_by_role("button", name="Merge two").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_text("Merged lately").wait_for()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("are two contacts again").wait_for()
    page.goto("/contacts/duplicates/")


def unfold_filters(page: Page) -> None:
    """On a phone the bar is folded; what was unfolded there lies open at a desk as well."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".filters-fold > summary").click()
    page.locator(".filters-do").wait_for()


def unfold_more(page: Page) -> None:
    unfold_filters(page)
    page.locator(".filters-open > summary").click()
    page.get_by_label("Archive").wait_for()


def make_token(page: Page) -> None:
    page.get_by_label("Name").fill("Warehouse dashboard")
    page.get_by_role("button", name="Make token").click()
    page.get_by_text("Copy your token now").wait_for()


def read_file(page: Page) -> None:
    rows = "Name,Phone,E-mail\nIda Holm,212 555 0150,ida@mail.example\nKay Reed,12,\n"
    _upload(page, "people.csv", rows, then="The first rows")


def _upload(page: Page, name: str, rows: str, *, then: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": rows.encode()}
    page.get_by_label("File", exact=True).set_input_files([file])  # type: ignore[list-item]
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("heading", name=then).wait_for()


def import_file(page: Page) -> None:
    read_file(page)
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name="Undo this import").wait_for()


def read_log(page: Page) -> None:
    rows = (
        "Direction,From,To,Date,Message\n"
        "Out,+12125550177,2125550150,03/05/2024 09:30,Hi Ida\nIn,2125550150,12,never,Hi\n"
    )
    _upload(page, "log.csv", rows, then="What would be stored")


def read_long_log(page: Page) -> None:
    """A worker counts it, and the page shows what it found without being asked again."""
    rows = "".join(
        f"Out,+12125550177,2125550150,03/05/2024 09:{n % 60:02},Hi {n}\n" for n in range(2_500)
    )
    header = "Direction,From,To,Date,Message\n"
    _upload(page, "log.csv", header + rows, then="What would be stored")
    page.get_by_text("2500 texts with").wait_for()


def import_log(page: Page) -> None:
    read_log(page)
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name="Undo this import").wait_for()


def schedule_text(page: Page) -> None:
    page.locator("#id_text").fill("See you on the day")
    page.locator("label.composer-later").click()
    page.locator("form[data-composer=text] [data-submit]").click()
    page.locator("#messages .msg", has_text="See you on the day").first.wait_for()
    page.goto("/scheduled/")


def edit_scheduled(page: Page) -> None:
    schedule_text(page)
    page.get_by_role("link", name="Edit the text to").first.click()
    page.get_by_role("button", name="Save text").wait_for()


def repeat_text(page: Page) -> None:
    page.get_by_label("Text", exact=True).fill("Hi {first_name}, the van comes tomorrow.")
    page.get_by_label("How often").select_option("week")
    page.get_by_label("At", exact=True).fill("09:00")
    page.get_by_role("button", name="Save recurring text").click()
    page.get_by_role("heading", name="Again and again").wait_for()


def edit_repeated(page: Page) -> None:
    repeat_text(page)
    page.get_by_role("link", name="Edit Ada").first.click()
    page.get_by_role("button", name="Save recurring text").wait_for()


def delete_repeated(page: Page) -> None:
    edit_repeated(page)
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").wait_for()


def write_broadcast(page: Page) -> None:
    """To everybody; it is written out by a worker, where one runs."""
    page.get_by_label("Name").fill("Open day")
    page.get_by_label("Text", exact=True).fill("Hi {first_name}, our open day is on Saturday.")
    page.get_by_role("button", name="Show who gets what").click()
    page.get_by_role("heading", name="Open day").wait_for()


def start_broadcast(page: Page) -> None:
    write_broadcast(page)
    page.get_by_text("Ready").wait_for()
    page.reload()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()


def stop_broadcast(page: Page) -> None:
    start_broadcast(page)
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("heading", name="Stop this broadcast?").wait_for()


def repeat_broadcast(page: Page) -> None:
    write_broadcast(page)
    broadcast = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.goto(f"/recurring/new/?broadcast={broadcast}")
    page.get_by_role("button", name="Save").wait_for()


def edit_broadcast(page: Page) -> None:
    write_broadcast(page)
    page.goto(f"{page.url.rstrip('/')}/edit/")
    page.get_by_label("Name").wait_for()


def add_hook(page: Page) -> None:
    """Nobody listens there."""
    page.get_by_label("Address").fill("http://127.0.0.1:9/smscrm")
    page.get_by_label("What listens there").fill("Warehouse dashboard")
    page.get_by_label("A text comes in").check()
    page.get_by_role("button", name="Add webhook").click()
    page.get_by_text("Copy the secret now").wait_for()


def open_hook(page: Page) -> None:
    add_hook(page)
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_role("link", name="Test").first.wait_for()


def open_delivery(page: Page) -> None:
    open_hook(page)
    page.get_by_role("link", name="Test").first.click()
    page.get_by_role("heading", name="What was said").wait_for()


def pause_hook(page: Page) -> None:
    open_hook(page)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()


def on_hook(link: str) -> Step:
    """Opens a link of a webhook's page."""

    def step(page: Page) -> None:
        open_hook(page)
        page.get_by_role("link", name=link).click()
        page.locator("main form[method=post]").first.wait_for()

    return step


def make_team(page: Page) -> None:
    """Of nobody, so that no other page changes by it."""
    page.get_by_label("Name").fill(f"Team {uuid.uuid4().hex[:8]}")
    page.get_by_role("button", name="Save team").click()
    page.get_by_role("heading", name="Teams").wait_for()


def open_team(page: Page) -> None:
    make_team(page)
    page.locator("main td a").first.click()
    page.get_by_role("button", name="Take them over").wait_for()


def dissolve_team(page: Page) -> None:
    open_team(page)
    page.get_by_role("link", name="Dissolve").click()
    page.get_by_role("button", name="Dissolve").wait_for()


def wrong_code(page: Page) -> None:
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("alert").wait_for()


def invite(page: Page) -> None:
    page.get_by_role("button", name="Make invitation").click()
    page.get_by_label("Invitation link").wait_for()


def accept_invitation(page: Page) -> None:
    """As whoever was given the link, who says too little at first."""
    invite(page)
    link = page.get_by_label("Invitation link").input_value()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_role("button", name="Make account").click()
    page.locator(".field-error").first.wait_for()


def revoke_token(page: Page) -> None:
    make_token(page)
    page.goto("/settings/tokens/")
    page.get_by_role("link", name="Revoke").first.click()
    page.get_by_role("button", name="Revoke").wait_for()


def open_event(page: Page) -> None:
    """One that came in by the simulator's webhook, as an answer from the handset does."""
    answer = page.locator("input[name=text]").first
    answer.fill("On my way")
    answer.press("Enter")
    page.locator(".chat-scroll").get_by_text("On my way").first.wait_for()
    page.goto("/settings/events/")
    page.locator("main table a").first.click()
    page.get_by_role("heading", name="Body").wait_for()


def open_keys(page: Page) -> None:
    page.keyboard.press("?")


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or jump to").fill("a")
    page.locator("[data-found] [role=option]").first.wait_for()


def open_export(page: Page) -> None:
    """On a phone the files are not offered."""
    if page.get_by_text("Export", exact=True).is_visible():
        page.get_by_text("Export", exact=True).click()
        page.get_by_role("link", name="Excel (XLSX)").wait_for()


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
    "admin": [
        Screen("/admin/"),
        Screen("/admin/contacts/contact/?q=a"),
        Screen("/admin/contacts/contact/{hana}/change/"),
        Screen("/admin/messaging/message/1/change/"),
        Screen("/admin/messaging/number/{number}/change/"),
    ],
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
        Screen("/communications/?direction=inbound&days=30&view={view_of_texts}"),
        Screen("/communications/?since=2026-01-01&until=2026-12-31", unfold_filters),
        Screen("/communications/", open_export),
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
    "settings:team-list": [Screen("/settings/teams/"), Screen("/settings/teams/new/", make_team)],
    "settings:team-create": [Screen("/settings/teams/new/", submit)],
    "settings:team-edit": [Screen("/settings/teams/new/", open_team)],
    "settings:team-delete": [Screen("/settings/teams/new/", dissolve_team)],
    "settings:audit-list": [
        Screen("/settings/audit/"),
        Screen("/settings/audit/?who=nobody"),
    ],
    "settings:person-list": [Screen("/settings/people/")],
    "settings:person-create": [
        Screen("/settings/people/new/"),
        Screen("/settings/people/new/", submit),
    ],
    "settings:person-edit": [Screen("/settings/people/{colleague}/")],
    "settings:person-deactivate": [Screen("/settings/people/{colleague}/deactivate/")],
    "settings:token-list": [Screen("/settings/tokens/")],
    "settings:token-create": [
        Screen("/settings/tokens/new/"),
        Screen("/settings/tokens/new/", submit),
        Screen("/settings/tokens/new/", make_token),
    ],
    "settings:field-list": [Screen("/settings/fields/")],
    "settings:field-create": [
        Screen("/settings/fields/new/"),
        Screen("/settings/fields/new/", submit),
    ],
    "settings:field-edit": [Screen("/settings/fields/{field}/")],
    "settings:gateway-list": [Screen("/settings/gateways/?balance=simulator")],
    "settings:hours": [Screen("/settings/hours/"), Screen("/settings/hours/", submit_no_hours)],
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
    "settings:event-detail": [Screen("/handset/", open_event)],
    "settings:token-revoke": [Screen("/settings/tokens/new/", revoke_token)],
}
PAGES |= {
    "messaging:scheduled-list": [
        Screen("/scheduled/"),
        Screen("/contacts/{ada}/?tab=conversation", schedule_text),
        Screen("/recurring/new/?contact={ada}", repeat_text),
    ],
    "messaging:scheduled-edit": [Screen("/contacts/{ada}/?tab=conversation", edit_scheduled)],
    "messaging:recurring-create": [
        Screen("/recurring/new/"),
        Screen("/broadcasts/new/?query=q=", repeat_broadcast),
        Screen("/recurring/new/", submit),
    ],
    "messaging:recurring-edit": [Screen("/recurring/new/?contact={ada}", edit_repeated)],
    "messaging:recurring-delete": [Screen("/recurring/new/?contact={ada}", delete_repeated)],
    "messaging:broadcast-list": [Screen("/broadcasts/")],
    "messaging:broadcast-create": [
        Screen("/broadcasts/new/?query=q="),
        Screen("/broadcasts/new/", submit),
    ],
    "messaging:broadcast-detail": [
        Screen("/broadcasts/new/?query=q=", write_broadcast),
        Screen("/broadcasts/new/?query=q=", start_broadcast),
    ],
    "messaging:broadcast-stop": [Screen("/broadcasts/new/?query=q=", stop_broadcast)],
    "messaging:broadcast-edit": [Screen("/broadcasts/new/?query=q=", edit_broadcast)],
}
PAGES |= {
    "settings:hook-list": [
        Screen("/settings/webhooks/"),
    ],
    "settings:mail-list": [Screen("/settings/mail/")],
    "settings:report-list": [Screen("/settings/webhooks/reports/")],
    "settings:hook-create": [
        Screen("/settings/webhooks/new/"),
        Screen("/settings/webhooks/new/", submit),
        Screen("/settings/webhooks/new/", add_hook),
    ],
    "settings:hook-detail": [
        Screen("/settings/webhooks/new/", open_hook),
        Screen("/settings/webhooks/new/", pause_hook),
    ],
    "settings:hook-edit": [Screen("/settings/webhooks/new/", on_hook("Edit"))],
    "settings:hook-rotate": [Screen("/settings/webhooks/new/", on_hook("New secret"))],
    "settings:hook-delete": [Screen("/settings/webhooks/new/", on_hook("Delete"))],
    "settings:delivery-detail": [Screen("/settings/webhooks/new/", open_delivery)],
}
PAGES |= {
    "contacts:import": [Screen("/contacts/import/"), Screen("/contacts/import/", submit)],
    "contacts:import-detail": [
        Screen("/contacts/import/", read_file),
        Screen("/contacts/import/", import_file),
    ],
    "messaging:import": [Screen("/communications/import/")],
    "messaging:import-detail": [
        Screen("/communications/import/", read_log),
        Screen("/communications/import/", read_long_log),
        Screen("/communications/import/", import_log),
    ],
}
PAGES |= {
    "settings:second-factor": [
        Screen("/settings/second-factor/"),
        Screen("/settings/second-factor/", wrong_code),
    ],
    "settings:invitation-create": [
        Screen("/settings/invitations/"),
        Screen("/settings/invitations/", invite),
    ],
    "password-forgotten": [Screen("/password/forgotten/", signed_in=False)],
    "password-new": [Screen("/password/new/x/y/", signed_in=False)],
    "invitation": [
        Screen("/invitation/unknown/", signed_in=False),
        Screen("/settings/invitations/", accept_invitation),
    ],
}
PAGES["contacts:contact-erase"] = [Screen("/contacts/{ada}/erase/")]
PAGES |= {
    "contacts:duplicate-list": [
        Screen("/contacts/duplicates/"),
        Screen("/contacts/", merge_two),
    ],
    "contacts:duplicate-merge": [Screen("/contacts/duplicates/{duplicate}/")],
    "contacts:view-create": [
        Screen("/views/new/?of=contacts&query=q%3Da"),
        Screen("/views/new/?of=contacts&query=q%3Da", submit),
    ],
    "contacts:view-edit": [Screen("/views/{view}/")],
    "contacts:view-delete": [Screen("/views/{view}/delete/")],
}
PAGES["contacts:contact-list"] += [
    Screen("/contacts/?sort=-texted&columns=phone&q=a&view={view}"),
    Screen("/contacts/?f-heard_by=1&columns=phone&columns=f-heard_by&columns=f-customer_since"),
    Screen("/contacts/?f-heard_by=1&archived=all", unfold_more),
    Screen("/contacts/", tick_two),
    Screen("/contacts/", tag_two),
    Screen("/contacts/", tag_all),
    Screen("/contacts/", open_keys),
    Screen("/contacts/", open_export),
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
    "settings:team-take": "POST",
    "home": "leads to the contacts",
    "api-docs": "Swagger UI's own page: test_reference.py",
    "logout": "POST",
    "admin-login": "leads to the sign-in page",
    "login-code": "only between a password and a code: tests/messaging/test_second_factor.py",
    "settings:session-end": "POST",
    "settings:session-end-others": "POST",
    "settings:invitation-revoke": "POST",
    "contacts:contact-archive": "POST",
    "contacts:company-archive": "POST",
    "contacts:deal-archive": "POST",
    "contacts:view-keep": "POST",
    "contacts:contact-bulk": "POST",
    "contacts:duplicate-search": "POST",
    "contacts:duplicate-dismiss": "POST",
    "contacts:merge-undo": "POST",
    "contacts:bulk-count": "words of a page",
    "contacts:bulk-progress": "a piece of a page",
    "contacts:bulk-undo": "POST",
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
    "settings:field-archive": "POST",
    "settings:gateway-test": "POST",
    "settings:optout-review": "POST",
    "settings:event-replay": "POST",
    "settings:hook-switch": "POST",
    "settings:hook-ping": "POST",
    "settings:delivery-again": "POST",
    "contacts:contact-export": "a file",
    "messaging:communications-export": "a file",
    "contacts:contact-data": "a file",
    "contacts:import-skipped": "a file",
    "contacts:import-progress": "a piece of a page",
    "contacts:import-undo": "POST",
    "contacts:import-resume": "POST",
    "messaging:send-text": "POST",
    "messaging:broadcast-progress": "a piece of a page",
    "messaging:audience-count": "a piece of a page",
    "messaging:phone-lift": "POST",
    "messaging:broadcast-results": "a file",
    "messaging:recurring-pause": "POST",
    **{
        f"messaging:broadcast-{verb}": "POST"
        for verb in ("start", "test", "approve", "pause", "resume", "retry", "withdraw")
    },
    "messaging:typing": "POST",
    "messaging:handset-answer": "POST",
    "messaging:live": "pieces of pages",
    "messaging:webhook": "for gateways",
}


def names() -> set[str]:
    """Every named address outside the admin and the doors for machines, as `app:name`."""
    return set(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{space}{pattern.name}"
        elif pattern.namespace not in {"admin", "api", "dialects"}:
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
