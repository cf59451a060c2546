"""A day with it: look somebody up, text them from a comment, read what they answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.acts import IN_PLACE, add_contact, answer, comment, track
from tests.browser.conftest import Room, sign_in

#: Its words depend on the hour: at night it asks.
SEND_TEXT = "form[data-composer=text] [data-submit]"


@pytest.fixture
def maren(dana: Page, mobile: str) -> str:
    """The address of a contact of Dana's with this mobile."""
    return add_contact(dana, "Maren", mobile)


def test_signing_in_leads_to_the_contacts(visitor: Page) -> None:
    sign_in(visitor)

    expect(visitor.get_by_role("heading", name="Contacts")).to_be_visible()


def test_a_wrong_password_keeps_the_user_name(visitor: Page) -> None:
    sign_in(visitor, password="not this one")

    expect(visitor.get_by_role("alert")).to_contain_text("do not match")
    expect(visitor.get_by_label("User name")).to_have_value("demo")
    expect(visitor.get_by_label("Password")).to_have_value("")


def test_a_contact_is_added_with_two_phones(dana: Page, mobile: str) -> None:
    address = add_contact(dana, "Ilse", mobile, "+44 20 7946 0123")

    dana.goto(f"{address}?tab=details")

    facts = dana.locator(".facts")
    expect(facts).to_contain_text(mobile[-3:])
    expect(facts).to_contain_text("0123")


def test_an_sms_comment_becomes_a_track_that_moves_on_by_itself(dana: Page, maren: str) -> None:
    dana.goto(f"{maren}?tab=activity")
    dana.evaluate("window.untouched = true")

    comment(dana, "sms: The tiles are here")

    entry = track(dana, "The tiles are here")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("texted Maren")
    expect(entry).not_to_contain_text("sms:")
    expect(dana.get_by_label("Comment", exact=True)).to_have_value("")
    expect(entry.locator(".rail-step.is-done")).to_have_text(
        [re.compile("Queued"), re.compile("Sent"), re.compile("Delivered")], timeout=IN_PLACE
    )
    assert dana.evaluate("window.untouched"), "The page was loaded again."


def test_an_sms_comment_on_a_deal_stands_on_both_timelines(dana: Page, maren: str) -> None:
    dana.goto(f"/deals/new/?contact={maren.rstrip('/').rpartition('/')[2]}")
    dana.get_by_label("Title").fill("New gutters")
    dana.get_by_role("button", name="Save deal").click()
    dana.wait_for_url(re.compile(r"/deals/\d+/$"))
    dana.goto(f"{dana.url}?tab=activity")

    comment(dana, "sms: The gutters fit")

    delivered = track(dana, "The gutters fit").locator(".rail-step.is-done", has_text="Delivered")
    expect(delivered).to_be_visible(timeout=IN_PLACE)
    dana.goto(f"{maren}?tab=activity")
    expect(track(dana, "The gutters fit")).to_contain_text("New gutters")


def test_a_refused_comment_keeps_its_words(dana: Page) -> None:
    address = add_contact(dana, "Nobody")
    dana.goto(f"{address}?tab=activity")

    comment(dana, "sms: Are you there?")

    expect(dana.locator(".composer-error")).to_contain_text("no phone number to text")
    expect(dana.locator("[data-hint-words]")).to_have_text(
        "Nothing was sent. Your words stay here."
    )
    expect(dana.get_by_label("Comment", exact=True)).to_have_value("sms: Are you there?")
    expect(track(dana, "Are you there?")).to_have_count(0)


def test_a_comment_larger_than_any_page_may_be_keeps_its_words(dana: Page, maren: str) -> None:
    dana.goto(f"{maren}?tab=activity")
    box = dana.get_by_label("Comment", exact=True)
    box.evaluate("(box) => { box.value = 'long '.repeat(600_000) }")

    box.press("Control+Enter")

    expect(dana.locator(".toast")).to_contain_text("That is too much at once")
    assert box.evaluate("(box) => box.value.length") == 3_000_000


def test_a_look_alike_stays_a_comment_and_says_so(dana: Page, maren: str) -> None:
    dana.goto(f"{maren}?tab=activity")
    box = dana.get_by_label("Comment", exact=True)

    box.fill("smss: hello")
    expect(dana.locator("[data-hint-words]")).to_contain_text("Did you mean sms:")
    comment(dana, "smss: hello")

    expect(track(dana, "smss: hello")).to_have_count(1)
    expect(track(dana, "smss: hello").locator(".rail")).to_have_count(0)
    expect(dana.get_by_text("nobody was texted")).to_be_visible()


def test_send_text_empties_the_form_and_grows_the_history(dana: Page, maren: str) -> None:
    dana.goto(f"{maren}?tab=conversation")
    box = dana.get_by_label("Text Maren")

    for words in ("See you at six", "Bring the plans"):
        box.fill(words)
        dana.locator(SEND_TEXT).click()
        expect(dana.locator("#messages .bubble-text", has_text=words)).to_be_visible()
        expect(box).to_have_value("")

    expect(dana.locator("#messages .bubble-text")).to_have_text(
        ["See you at six", "Bring the plans"]
    )


def test_an_answer_arrives_on_the_timeline_and_in_communications(
    dana: Page, maren: str, mobile: str, badge: Any, room: Room
) -> None:
    dana.goto(f"{maren}?tab=activity")
    comment(dana, "sms: Shall we say six?")
    expect(track(dana, "Shall we say six?").get_by_text("Delivered")).to_be_visible(
        timeout=IN_PLACE
    )

    words = f"Six is perfect, says {mobile}"
    answer(room(storage_state=badge).new_page(), mobile, words)

    expect(track(dana, words)).to_be_visible(timeout=IN_PLACE)
    dana.goto("/communications/")
    expect(dana.get_by_role("row").filter(has_text=words)).to_contain_text("Maren")
    dana.goto("/inbox/")
    expect(dana.locator(".rows li").first).to_contain_text(words)


def test_a_fragment_of_a_phone_finds_its_contact(dana: Page, maren: str, mobile: str) -> None:
    dana.goto("/contacts/")
    box = dana.locator("main").get_by_label("Search contacts")

    box.fill(mobile.replace(" ", "")[-7:])
    box.press("Enter")

    expect(dana.locator("tbody .person")).to_have_count(1)
    expect(dana.locator("tbody .person")).to_contain_text("Maren Aldous")


def test_the_main_path_works_without_scripts(dana_without_scripts: Page, mobile: str) -> None:
    page = dana_without_scripts
    address = add_contact(page, "Plain", mobile)

    comment(page, "sms: No scripts needed")
    expect(track(page, "No scripts needed")).to_contain_text("texted Plain")
    page.goto(f"{address}?tab=conversation")
    page.get_by_label("Text Plain").fill("Nor here")
    page.locator(SEND_TEXT).click()

    expect(page.locator("#messages")).to_contain_text("Nor here")
    expect(page.get_by_label("Text Plain")).to_have_value("")
    answer(page, mobile, "Good")
    page.goto(f"{address}?tab=activity")
    expect(track(page, "Good")).to_be_visible()


def test_the_keyboard_alone_is_enough(dana_at_her_desk: Page, mobile: str) -> None:
    page = dana_at_her_desk
    page.goto(f"{add_contact(page, 'Keys', mobile)}?tab=activity")

    reached = tab_to(page, "id_body")
    page.keyboard.type("sms: Typed, not clicked")
    page.keyboard.press("Control+Enter")

    assert reached < 60, "The comment box is too far away."
    expect(track(page, "Typed, not clicked")).to_be_visible()
    tab_to(page, "id_text")
    page.keyboard.type("This one too")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .bubble-text", has_text="This one too")).to_be_visible()


def tab_to(page: Page, wanted: str) -> int:
    """Press Tab until the element with this id has the focus; how often that took."""
    for presses in range(1, 100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == wanted:
            return presses
    raise AssertionError(f"Tab never reaches #{wanted}.")


def test_the_chosen_theme_stays(dana_at_her_desk: Page) -> None:
    page = dana_at_her_desk
    page.goto("/contacts/")
    ink = "getComputedStyle(document.body).color"
    light = page.evaluate(ink)

    page.get_by_role("button", name="Switch between light and dark").click()
    page.goto("/inbox/")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(ink) != light


def test_the_menu_opens_on_a_phone(room: Room, badge: Any) -> None:
    page = room(viewport=chromium.PHONE, storage_state=badge).new_page()
    page.goto("/contacts/")

    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="Communications").click()

    expect(page.get_by_role("heading", name="Communications")).to_be_visible()
