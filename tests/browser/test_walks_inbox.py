"""Through the inbox and a conversation in every way: desk or phone, with scripts and without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import IN_PLACE, add_contact, answer, failing_mobile
from tests.browser.conftest import Room, sign_in
from tests.browser.installation import Installation

PASSWORD = "a-long-pass-phrase"
MAKE_COLLEAGUE = f"""
from django.contrib.auth.models import User
user = User.objects.exclude(username="demo").exclude(first_name="").order_by("pk").first()
user.set_password("{PASSWORD}")
user.save()
"""


@pytest.fixture
def name(mobile: str) -> str:
    """A first name that nobody else has."""
    return f"Maren{mobile[-3:]}"


@pytest.fixture
def maren(anyway: Page, name: str, mobile: str) -> str:
    return add_contact(anyway, name, mobile)


@pytest.fixture
def marek(room: Room, office: Installation) -> Page:
    """A colleague, signed in on a machine of their own."""
    office.run("manage.py", "shell", "-c", MAKE_COLLEAGUE)
    page = room().new_page()
    username = office.ask(
        "SELECT username FROM auth_user WHERE username <> 'demo' AND first_name <> '' ORDER BY id"
    )
    sign_in(page, PASSWORD, username=username)
    page.get_by_role("heading", name="Contacts").wait_for()
    return page


def row(page: Page, name: str, show: str = "") -> Locator:
    page.goto(f"/inbox/?show={show}" if show else "/inbox/")
    return page.locator(".row-link", has_text=name)


def open_thread(page: Page, name: str, show: str = "") -> None:
    row(page, name, show).click()
    page.locator("#messages").wait_for()


def menu(page: Page, label: str) -> Locator:
    """The opened menu of the conversation's head with this label."""
    summary = page.locator(f".chat-actions summary[aria-label='{label}']")
    summary.click()
    return page.locator(".chat-actions details[open] .menu-list")


def write(page: Page, contact: str, words: str) -> None:
    page.goto(f"{contact}?tab=conversation")
    page.locator("#id_text").fill(words)
    page.locator("form[data-composer=text] [data-submit]").click()


def bubble(page: Page, words: str) -> Locator:
    return page.locator("#messages .msg", has_text=words)


def test_a_conversation_is_read_taken_snoozed_done_and_comes_back(
    anyway: Page, maren: str, mobile: str, name: str
) -> None:
    answer(anyway, mobile, "Is it ready?")
    expect(row(anyway, name, "unread")).to_contain_text("Is it ready?")

    open_thread(anyway, name, "unread")
    expect(bubble(anyway, "Is it ready?")).to_be_visible()
    expect(row(anyway, name, "unread")).to_have_count(0, timeout=IN_PLACE)

    open_thread(anyway, name)
    menu(anyway, "Assign").get_by_role("button", name="To me").click()
    expect(row(anyway, name, "mine")).to_have_count(1)
    expect(row(anyway, name, "unassigned")).to_have_count(0)

    open_thread(anyway, name)
    menu(anyway, "More about this conversation").get_by_text("Mark as unread").click()
    expect(row(anyway, name, "unread")).to_have_count(1)

    open_thread(anyway, name)
    menu(anyway, "Snooze").locator("[name=preset]").first.click()
    expect(row(anyway, name, "snoozed")).to_contain_text("Until")
    expect(row(anyway, name)).to_have_count(0)

    open_thread(anyway, name, "snoozed")
    anyway.get_by_role("button", name="Reopen").click()
    open_thread(anyway, name)
    anyway.get_by_role("button", name="Mark as done").click()
    expect(row(anyway, name, "done")).to_have_count(1)
    expect(row(anyway, name)).to_have_count(0)

    answer(anyway, mobile, "One more thing")
    expect(row(anyway, name)).to_contain_text("One more thing")


def test_a_conversation_is_found_by_name_and_by_number(
    anyway: Page, maren: str, mobile: str, name: str
) -> None:
    answer(anyway, mobile, "Here I am")

    for words in (name.lower(), mobile[-3:]):
        anyway.goto("/inbox/")
        anyway.locator("main").get_by_label("Name or number").fill(words)
        anyway.locator("main").get_by_role("button", name="Search").click()
        expect(anyway.locator(".row-link", has_text=name)).to_have_count(1)


def test_an_unknown_number_is_given_to_somebody_who_exists(
    anyway: Page, maren: str, name: str, mobile: str
) -> None:
    stranger = failing_mobile(98)  # nobody texts it first
    answer(anyway, stranger, "My new phone")
    anyway.goto(f"/inbox/?q={stranger[-3:]}")
    anyway.locator(".row-link").first.click()

    anyway.get_by_role("link", name="Add to an existing one").click()
    anyway.locator("main").get_by_label("Name, company or number").fill(name)
    anyway.locator("main").get_by_role("button", name="Search").click()
    anyway.get_by_role("button", name=f"Add to {name}").click()

    anyway.goto(f"{maren}?tab=conversation")
    expect(bubble(anyway, "My new phone")).to_be_visible()


def test_an_unknown_number_becomes_a_contact(anyway: Page, mobile: str, name: str) -> None:
    answer(anyway, mobile, "Who are you?")
    anyway.goto(f"/inbox/?q={mobile[-3:]}")
    anyway.locator(".row-link").first.click()

    anyway.get_by_role("link", name="Create contact").click()
    anyway.get_by_label("First name").fill(name)
    anyway.get_by_role("button", name="Save contact").click()

    expect(row(anyway, name)).to_contain_text("Who are you?")


def test_a_text_for_later_shows_when_and_can_be_taken_back(anyway: Page, maren: str) -> None:
    anyway.goto(f"{maren}?tab=conversation")
    anyway.locator("#id_text").fill("Happy birthday")
    anyway.locator("label.composer-later").click()
    anyway.get_by_label("Day").fill(str(date.today() + timedelta(days=3)))
    anyway.get_by_label("Time", exact=True).fill("10:30")
    anyway.locator("form[data-composer=text] [data-submit]").click()

    expect(bubble(anyway, "Happy birthday")).to_contain_text("Going out")
    expect(anyway.locator("#id_text")).to_have_value("")
    bubble(anyway, "Happy birthday").get_by_role("button", name="Cancel").click()
    expect(bubble(anyway, "Happy birthday").locator(".tick")).to_contain_text("Cancelled")


def test_who_texted_stop_is_not_texted_again(anyway: Page, maren: str, mobile: str) -> None:
    write(anyway, maren, "Shall we come on Monday?")
    expect(bubble(anyway, "Shall we come")).to_be_visible()
    answer(anyway, mobile, "STOP")

    anyway.goto(f"{maren}?tab=conversation")
    expect(anyway.locator("#id_text")).to_be_disabled()
    expect(anyway.locator("form[data-composer=text]")).to_contain_text("not to be texted")

    anyway.goto(f"{maren}?tab=activity")
    anyway.get_by_label("Comment", exact=True).fill("sms: One more")
    anyway.locator("form[data-composer=comment] [data-submit]").click()
    expect(anyway.locator(".composer-error")).to_contain_text("not to be texted")
    expect(anyway.get_by_label("Comment", exact=True)).to_have_value("sms: One more")


def test_the_second_of_two_who_answer_is_asked_first(anyway: Page, marek: Page, maren: str) -> None:
    anyway.goto(f"{maren}?tab=conversation")
    write(marek, maren, "I am on it")
    expect(bubble(marek, "I am on it")).to_be_visible()
    expect(marek.locator("#no-messages")).to_be_hidden()

    box = anyway.locator("#id_text")
    send = anyway.locator("form[data-composer=text] [data-submit]")
    box.fill("Let me see")
    send.click()
    expect(anyway.locator("#text-problems")).to_contain_text("send yours too?")
    expect(box).to_have_value("Let me see")
    expect(bubble(anyway, "Let me see")).to_have_count(0)

    send.click()
    expect(bubble(anyway, "Let me see")).to_be_visible()


def test_a_long_conversation_is_read_backwards(anyway: Page, office: Installation) -> None:
    ada = office.ask("SELECT id FROM contacts_contact WHERE name = 'Ada Merriweather'")
    anyway.goto(f"/contacts/{ada}/?tab=conversation")
    shown = anyway.locator("#messages .msg")
    oldest = shown.first.get_attribute("id")

    anyway.get_by_role("link", name="Earlier").click()

    expect(anyway.locator("#messages .msg").first).not_to_have_attribute("id", str(oldest))


def test_what_comes_in_while_one_reads_above_waits_below(
    room: Room, badge: object, office: Installation
) -> None:
    """With scripts: the reader's place holds, and a pill leads to what is new."""
    page, handset = (room(storage_state=badge).new_page() for _ in range(2))
    ada = office.ask("SELECT id FROM contacts_contact WHERE name = 'Ada Merriweather'")
    page.goto(f"/contacts/{ada}/")
    chat = page.locator("[data-chat]")
    chat.evaluate("(box) => { box.scrollTop = -box.scrollHeight; }")  # its foot is 0
    oldest = page.locator("#messages .msg").first
    place = oldest.bounding_box()

    answer(handset, "+1 212 555 0101", "Are you reading?")

    pill = page.locator("[data-latest]")
    expect(pill).to_be_visible(timeout=IN_PLACE)
    expect(pill).to_contain_text("1")
    assert oldest.bounding_box() == place
    pill.click()
    expect(bubble(page, "Are you reading?").last).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_a_draft_stays_until_it_is_sent(room: Room, badge: object, office: Installation) -> None:
    page = room(storage_state=badge).new_page()
    ada = office.ask("SELECT id FROM contacts_contact WHERE name = 'Ada Merriweather'")
    page.goto(f"/contacts/{ada}/")
    page.locator("#id_text").fill("Not yet finished")

    page.goto("/inbox/")
    page.go_back()
    page.reload()

    expect(page.locator("#id_text")).to_have_value("Not yet finished")
