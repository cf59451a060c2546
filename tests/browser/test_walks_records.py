"""Through a timeline, the settings and the handset: desk or phone, with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import (
    IN_PLACE,
    add_contact,
    answer,
    comment,
    failing_mobile,
    new_mobile,
    track,
)
from tests.browser.installation import Installation


@pytest.fixture
def maren(anyway: Page, mobile: str) -> str:
    return add_contact(anyway, "Maren", mobile)


def timeline(page: Page, contact: str, show: str = "") -> Locator:
    page.goto(f"{contact}?tab=activity&show={show}")
    return page.locator("#timeline")


def until(page: Page, place: Locator, words: str, *, is_live: bool = True) -> None:
    """What arrives by itself with scripts; without, or where the page is not live, looked at."""
    for _ in range(0 if is_live and page.evaluate("'htmx' in window") else 30):
        if words in place.inner_text():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(place).to_contain_text(words, timeout=IN_PLACE)


def save(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()


def test_a_comment_is_written_changed_filtered_and_deleted(anyway: Page, maren: str) -> None:
    timeline(anyway, maren)
    comment(anyway, "Prefers mornings")
    entry = track(anyway, "Prefers mornings")
    expect(entry).to_be_visible()

    entry.get_by_role("link", name="Edit").click()
    anyway.locator("main textarea").fill("Prefers evenings")
    save(anyway, "Save comment")
    expect(timeline(anyway, maren, "comments")).to_contain_text("Prefers evenings")
    expect(anyway.locator("#timeline")).to_contain_text("edited")
    expect(anyway.locator("body")).not_to_contain_text("Prefers mornings")
    expect(timeline(anyway, maren, "sms")).not_to_contain_text("Prefers evenings")

    timeline(anyway, maren)
    track(anyway, "Prefers evenings").get_by_role("link", name="Delete").click()
    save(anyway, "Delete")
    timeline(anyway, maren)
    expect(track(anyway, "Prefers evenings")).to_have_count(0)


def test_a_change_of_a_field_stands_on_the_timeline(anyway: Page, maren: str) -> None:
    anyway.goto(f"{maren}edit/")
    anyway.get_by_label("Job title").fill("Master baker")
    save(anyway, "Save contact")

    expect(timeline(anyway, maren, "changes")).to_contain_text("Master baker")


def test_a_text_that_failed_says_why_and_can_be_sent_again_or_called(anyway: Page) -> None:
    contact = add_contact(anyway, "Gone", failing_mobile(97))
    timeline(anyway, contact)
    comment(anyway, "sms: Are you there?")
    entry = track(anyway, "Are you there?").last
    until(anyway, entry, "Send again")
    entry.get_by_role("button", name="Send again").click()
    again = track(anyway, "Are you there?")
    expect(again).to_have_count(2, timeout=IN_PLACE)

    until(anyway, again.first, "Mark as called")
    again.first.get_by_role("button", name="Mark as called").click()
    expect(anyway.locator("#timeline")).to_contain_text("called", timeout=IN_PLACE)
    expect(again.first.get_by_role("button", name="Send again")).to_have_count(0)


def test_the_reply_is_quoted_under_the_track(anyway: Page, maren: str, mobile: str) -> None:
    timeline(anyway, maren)
    comment(anyway, "sms: Monday?")
    until(anyway, track(anyway, "Monday?").last, "Delivered")

    answer(anyway, mobile, "Tuesday, please")

    timeline(anyway, maren)
    expect(anyway.locator(".track-reply")).to_contain_text("Tuesday, please")


def test_a_template_is_written_and_used_in_a_comment(anyway: Page, maren: str, mobile: str) -> None:
    name = f"arriving{mobile[-3:]}"
    anyway.goto("/templates/new/")
    anyway.get_by_label("Name").fill(name)
    anyway.get_by_label("Text").fill("Hi {first_name|there}, ten minutes")
    save(anyway, "Save template")

    timeline(anyway, maren)
    comment(anyway, f"sms: /{name}")

    expect(track(anyway, "Hi Maren, ten minutes")).to_be_visible()


def test_an_unknown_merge_field_is_refused_and_the_words_stay(anyway: Page) -> None:
    anyway.goto("/templates/new/")
    anyway.get_by_label("Name").fill("odd")
    anyway.get_by_label("Text").fill("Hi {shoe_size}")
    save(anyway, "Save template")

    expect(anyway.locator(".field-error")).to_contain_text("shoe_size")
    expect(anyway.get_by_label("Text")).to_have_value("Hi {shoe_size}")


def test_a_number_is_added_and_a_trigger_texts_from_it(
    anyway: Page, maren: str, mobile: str
) -> None:
    ours, prefix = new_mobile(), f"shop{mobile[-3:]}:"
    anyway.goto("/numbers/new/")
    anyway.get_by_label("Number or sender name").fill(ours)
    anyway.get_by_label("Label").fill(f"Shop {mobile[-3:]}")
    anyway.get_by_label(re.compile("Simulator")).check()
    save(anyway, "Save number")
    anyway.goto("/triggers/new/")
    anyway.get_by_label("Prefix").fill(prefix)
    shop = anyway.locator("[name=number] option", has_text=f"Shop {mobile[-3:]}")
    anyway.get_by_label("From").select_option(shop.get_attribute("value"))
    save(anyway, "Save trigger")

    timeline(anyway, maren)
    comment(anyway, f"{prefix} From the shop")

    expect(track(anyway, "From the shop")).to_contain_text(f"Shop {mobile[-3:]}")


def test_a_number_that_opted_out_by_phone_is_written_down(
    anyway: Page, maren: str, mobile: str
) -> None:
    anyway.goto("/settings/opt-outs/new/")
    anyway.get_by_label("Number").fill(mobile)
    anyway.get_by_label("How they said it").fill("Called us this morning")
    save(anyway, "Add opt-out")
    expect(anyway.locator("main")).to_contain_text("Called us this morning")

    anyway.goto(f"{maren}?tab=conversation")

    expect(anyway.locator("#id_text")).to_be_disabled()


def test_the_profile_keeps_how_somebody_texts(anyway: Page) -> None:
    anyway.goto("/settings/")
    anyway.get_by_label("Last name").fill("Okafor-Lund")
    anyway.get_by_label("Time zone").fill("Europe/Lisbon")
    save(anyway, "Save profile")

    anyway.goto("/settings/")
    expect(anyway.get_by_label("Last name")).to_have_value("Okafor-Lund")
    expect(anyway.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    anyway.get_by_label("Last name").fill("Okafor")
    anyway.get_by_label("Time zone").fill("")
    save(anyway, "Save profile")


def test_a_gateway_is_tried_out(anyway: Page, mobile: str) -> None:
    anyway.goto("/settings/gateways/")
    card = anyway.locator("#simulator")
    card.get_by_label("Send a test text to me").fill(mobile)
    card.get_by_role("button", name="Send").click()

    expect(anyway.locator("main")).to_contain_text("A test from smscrm")
    until(anyway, anyway.locator("main"), "Delivered", is_live=False)


def test_the_quiet_hours_are_chosen(anyway: Page) -> None:
    anyway.goto("/settings/hours/")
    anyway.get_by_label("From").fill("07:15")
    save(anyway, "Save hours")

    anyway.goto("/settings/hours/")
    expect(anyway.get_by_label("From")).to_have_value("07:15")
    anyway.get_by_label("From").fill("08:00")
    save(anyway, "Save hours")


def test_what_came_in_stands_in_the_event_log(anyway: Page, maren: str, mobile: str) -> None:
    answer(anyway, mobile, "Log this one")

    anyway.goto("/settings/events/?gateway=simulator")
    anyway.locator("main tbody a").first.click()

    expect(anyway.locator("main")).to_contain_text("text")


def test_the_dashboard_leads_to_the_texts_behind_a_figure(anyway: Page) -> None:
    anyway.goto("/dashboard/")
    anyway.get_by_role("navigation", name="Period").get_by_role("link").last.click()
    expect(anyway).to_have_url(re.compile(r"\?days=\d+"))

    anyway.locator("main a[href^='/communications/?']").first.click()

    expect(anyway.get_by_role("heading", name="Communications")).to_be_visible()


def test_what_is_not_there_leads_back(anyway: Page) -> None:
    answer = anyway.goto("/contacts/987654321/")

    assert answer is not None
    assert answer.status == 404
    anyway.locator("main a").first.click()
    expect(anyway.locator("h1")).to_be_visible()


def test_a_new_status_is_on_every_screen_that_shows_it(
    dana: Page, dana_at_her_desk: Page, mobile: str
) -> None:
    contact = add_contact(dana, "Live", mobile)
    dana_at_her_desk.goto(contact)
    timeline(dana, contact)

    comment(dana, "sms: On both screens")

    there = dana_at_her_desk.locator("#messages .msg", has_text="On both screens")
    expect(there.locator(".tick--delivered")).to_be_visible(timeout=IN_PLACE)


def test_being_offline_is_said_and_ends(dana: Page) -> None:
    dana.goto("/inbox/")
    strip = dana.locator("[data-offline]")

    dana.context.set_offline(True)
    expect(strip).to_be_visible(timeout=IN_PLACE)

    dana.context.set_offline(False)
    expect(strip).to_be_hidden(timeout=IN_PLACE)


def test_the_strip_about_it_pushes_no_send_button_off_the_screen(dana: Page, mobile: str) -> None:
    maren = add_contact(dana, "Maren", mobile)
    dana.goto(f"{maren}?tab=conversation")
    button = dana.locator(".chat-foot [data-submit]")

    dana.context.set_offline(True)
    expect(dana.locator("[data-offline]")).to_be_visible(timeout=IN_PLACE)

    expect(button).to_be_in_viewport(ratio=1)
    dana.context.set_offline(False)


def test_a_colleague_who_is_mentioned_finds_it_behind_the_bell(
    dana: Page, office: Installation, mobile: str
) -> None:
    contact = add_contact(dana, "Mention", mobile)
    username = office.ask(
        "SELECT username FROM auth_user WHERE username <> 'demo' AND first_name <> '' ORDER BY id"
    )
    timeline(dana, contact)

    comment(dana, f"@{username} please look")

    expect(track(dana, "please look")).to_be_visible()
    told = office.ask(
        "SELECT count(*) FROM contacts_notification JOIN auth_user ON auth_user.id = user_id"
        " JOIN contacts_comment ON contacts_comment.id = comment_id"
        " WHERE username = ? AND body LIKE '%please look%' AND object_id = ?",
        username,
        int(contact.rstrip("/").rpartition("/")[2]),
    )
    assert told == 1
