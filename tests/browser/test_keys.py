"""Hands that stay on the keyboard: the command menu, rows, reply, edit."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Room
from tests.browser.installation import Installation


def page_at(office: Installation, room: Room, badge: Any, address: str) -> Page:
    page = room(storage_state=badge).new_page()
    page.goto(office.url + address)
    return page


def test_a_person_is_found_opened_answered_and_edited(
    office: Installation, room: Room, badge: Any
) -> None:
    page = page_at(office, room, badge, "/inbox/")

    page.keyboard.press("Control+k")
    page.keyboard.type("merriw")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/contacts/\d+/$"))  # until its scripts are there too
    page.keyboard.press("r")
    expect(page.locator("#id_text")).to_be_focused()
    page.locator("#id_text").blur()
    page.keyboard.press("e")

    expect(page).to_have_url(re.compile(r"/contacts/\d+/edit/$"))


def test_an_action_is_chosen_though_the_answer_is_slow(
    office: Installation, room: Room, badge: Any
) -> None:
    page = page_at(office, room, badge, "/contacts/")

    page.keyboard.press("Control+k")
    page.keyboard.type("quick")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/quick-text/$"))


def test_arrows_choose_and_escape_closes(office: Installation, room: Room, badge: Any) -> None:
    page = page_at(office, room, badge, "/contacts/")

    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search or jump to")
    options = page.locator("#palette [role=option]")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute(
        "aria-activedescendant", options.nth(1).get_attribute("id") or "none"
    )
    expect(box).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()


def test_letters_walk_the_list_and_are_only_letters_where_one_types(
    office: Installation, room: Room, badge: Any
) -> None:
    page = page_at(office, room, badge, "/contacts/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("main tbody tr td:first-child a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jk?/e")

    expect(page.locator("#search")).to_have_value("jk?/e")


def test_a_name_behind_an_at_is_completed(office: Installation, room: Room, badge: Any) -> None:
    page = page_at(office, room, badge, "/deals/1/")
    box = page.get_by_label("Comment", exact=True)

    box.fill("")
    box.press_sequentially("Look at this, @pri")
    expect(page.locator("#completion [role=option]")).to_have_attribute("data-name", "priya")
    page.keyboard.press("Enter")

    expect(box).to_have_value("Look at this, @priya ")
    expect(page.locator("#completion")).to_be_hidden()


def test_templates_and_merge_fields_are_completed_in_what_leaves_as_a_text(
    office: Installation, room: Room, badge: Any
) -> None:
    page = page_at(office, room, badge, "/contacts/1/?tab=activity")
    name = page.get_by_role("heading", level=1).inner_text().split()[0]
    options = page.locator("#completion [role=option]")
    box = page.get_by_label("Comment", exact=True)

    box.press_sequentially("/he")  # a comment: nobody is texted
    expect(options).to_have_count(0)
    box.fill("")
    box.press_sequentially("sms: /he")
    expect(options.first).to_contain_text("/hello")
    page.keyboard.press("Enter")

    expect(box).to_have_value(re.compile(rf"^sms: \S.*{name}"))

    box.fill("")
    box.press_sequentially("sms: Dear {fir")
    expect(options.first).to_contain_text("First name")
    page.keyboard.press("Tab")

    expect(box).to_have_value("sms: Dear {first_name}")


def test_the_buttons_of_a_conversation_offer_templates_and_merge_fields(
    office: Installation, room: Room, badge: Any
) -> None:
    page = page_at(office, room, badge, "/contacts/1/?tab=conversation")
    box = page.locator("form[data-composer=text] textarea")
    box.fill("")

    page.get_by_role("button", name="Templates").click()
    page.locator("#completion [role=option]").first.click()
    expect(box).not_to_have_value("/")
    expect(box).not_to_have_value("")

    page.get_by_role("button", name="Merge fields").click()
    page.locator("#completion [role=option]").first.click()
    expect(box).to_have_value(re.compile(r"\{\w+\}$"))
