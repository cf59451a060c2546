"""The command menu: what it finds, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Company, Contact, Deal, Tag

FIND = reverse("contacts:find")


@pytest.mark.parametrize("words", ["finch", "CAROL fin", "0123", "212 555", "priority"])
def test_a_person_is_found_by_name_number_or_tag(
    alices_browser: Client, carol: Contact, words: str
) -> None:
    carol.tags.add(Tag.objects.create(name="Priority"))
    Contact.objects.create(first_name="Otto")

    found = alices_browser.get(FIND, {"q": words}).content.decode()

    assert carol.get_absolute_url() in found
    assert found.count('role="option"') == 1


def test_companies_and_deals_are_found_too(
    alices_browser: Client, bakery: Company, roof: Deal
) -> None:
    found = alices_browser.get(FIND, {"q": "finch"}).content.decode()

    for heading in ("Contacts", "Companies", "Deals"):
        assert f">{heading}</p>" in found


def test_without_words_the_people_texted_last_are_offered(
    alices_browser: Client, carol: Contact
) -> None:
    assert "Texted last" in alices_browser.get(FIND).content.decode()


def test_what_is_archived_is_not_offered(alices_browser: Client, carol: Contact) -> None:
    Contact.objects.update(archived_at="2026-11-01T00:00Z")

    assert "Carol" not in alices_browser.get(FIND, {"q": "carol"}).content.decode()


def test_names_are_escaped(alices_browser: Client) -> None:
    Contact.objects.create(first_name="<b>Bold</b>")

    assert "&lt;b&gt;Bold" in alices_browser.get(FIND, {"q": "bold"}).content.decode()


def test_many_cost_no_more_questions_than_one(
    alices_browser: Client, carol: Contact, django_assert_max_num_queries: Any
) -> None:
    for i in range(20):
        Contact.objects.create(first_name=f"Carol {i}")

    # session, user; tags, how many, in what order, people, phones; companies; deals
    with django_assert_max_num_queries(9):
        found = alices_browser.get(FIND, {"q": "carol"}).content.decode()

    assert found.count('role="option"') == 6


def test_a_stranger_finds_nothing(client: Client, carol: Contact) -> None:
    assert client.get(FIND, {"q": "carol"})["Location"].startswith("/login/")
    assert client.post(FIND).status_code in {302, 405}


def test_every_page_has_the_menu_and_its_actions(alices_browser: Client) -> None:
    page = alices_browser.get("/contacts/").content.decode()

    assert 'id="palette"' in page
    assert f'href="{reverse("contacts:contact-create")}" data-words="new contact' in page
