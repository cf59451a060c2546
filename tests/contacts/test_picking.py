"""Choosing a record by typing its name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from contacts.models import Company, Contact, Deal, Tag


def add_deal(browser: Client, **picked: Any) -> Any:
    return browser.post("/deals/new/", {"title": "Roof", "stage": "lead", **picked})


def test_a_full_name_that_one_contact_has_is_that_contact(
    carol: Contact, alices_browser: Client
) -> None:
    add_deal(alices_browser, contact="carol finch")

    assert Deal.objects.get().contact == carol


def test_a_fragment_is_asked_back_and_never_guessed(carol: Contact, alices_browser: Client) -> None:
    answer = add_deal(alices_browser, contact="aro")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Which contact is meant? Choose one of these." in page
    assert re.search(rf'type="radio" name="contact_id" value="{carol.pk}"', page)
    assert not Deal.objects.exists()


def test_of_two_namesakes_the_chosen_one_is_taken(carol: Contact, alices_browser: Client) -> None:
    other = Contact.objects.create(first_name="Carol", last_name="Finch")

    asked = add_deal(alices_browser, contact="Carol Finch")
    add_deal(
        alices_browser,
        contact="Carol Finch",
        contact_for="Carol Finch",
        contact_id=other.pk,
    )

    assert asked.content.decode().count('type="radio" name="contact_id"') == 2
    assert Deal.objects.get().contact == other


def test_a_choice_counts_only_for_the_words_it_was_made_for(
    carol: Contact, alices_browser: Client
) -> None:
    bert = Contact.objects.create(first_name="Bert")

    add_deal(alices_browser, contact="Bert", contact_for="Carol Finch", contact_id=carol.pk)

    assert Deal.objects.get().contact == bert


def test_a_suggestion_with_a_number_behind_the_name_is_that_record(
    carol: Contact, alices_browser: Client
) -> None:
    Contact.objects.create(first_name="Carol", last_name="Finch")

    suggested = alices_browser.get("/contacts/suggest/", {"field": "contact", "contact": "carol"})
    add_deal(alices_browser, contact=f"Carol Finch #{carol.pk}")

    assert f'value="Carol Finch #{carol.pk}"' in suggested.content.decode()
    assert Deal.objects.get().contact == carol


@pytest.mark.parametrize(
    "picked",
    [
        {"contact": "Nobody"},
        {"contact": "\x00 #"},
        {"contact": "x" * 10_000},
        {"contact": "A #999999999999999999"},
        {"contact": "A", "contact_for": "A", "contact_id": "9" * 30},
        {"contact": "A", "contact_for": "A", "contact_id": "²"},
    ],
)
def test_who_is_not_there_gets_a_sentence(
    picked: dict[str, str], carol: Contact, alices_browser: Client
) -> None:
    answer = add_deal(alices_browser, **picked)

    assert answer.status_code == 422
    assert not Deal.objects.exists()


def test_the_page_asked_for_with_a_contact_has_it_filled_in(
    carol: Contact, alices_browser: Client
) -> None:
    filled = alices_browser.get("/deals/new/", {"contact": carol.pk}).content.decode()
    unknown = alices_browser.get("/deals/new/", {"contact": "x", "company": "9" * 30})

    assert 'value="Carol Finch"' in filled
    assert unknown.status_code == 200


def test_saving_an_unchanged_deal_keeps_its_contact_among_namesakes(
    carol: Contact, roof: Deal, alices_browser: Client
) -> None:
    Contact.objects.create(first_name="Carol", last_name="Finch")
    page = alices_browser.get(f"/deals/{roof.pk}/edit/").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(contact_\w+)" value="([^"]*)"', page))

    alices_browser.post(
        f"/deals/{roof.pk}/edit/",
        {"title": "Roof", "stage": "won", "contact": "Carol Finch", **hidden},
    )

    roof.refresh_from_db()
    assert (roof.stage, roof.contact) == ("won", carol)


def test_a_form_never_lists_everybody(carol: Contact, alices_browser: Client) -> None:
    Contact.objects.bulk_create(
        Contact(name=f"P{i}", sort_name=f"p{i}", first_name=f"P{i}") for i in range(200)
    )

    page = alices_browser.get("/deals/new/").content.decode()

    assert page.count("<option") < 60


def test_suggestions_follow_what_is_typed(carol: Contact, alices_browser: Client) -> None:
    Company.objects.create(name="Finch Bakery")
    Tag.objects.create(name="Newcastle")

    def options(path: str, **query: str) -> list[str]:
        page = alices_browser.get(path, query).content.decode()
        return re.findall(r'value="([^"]*)"', page)

    assert options("/contacts/suggest/", q="0123") == ["Carol Finch"]
    assert options("/companies/suggest/", field="company", company="fin") == ["Finch Bakery"]
    assert options("/tags/suggest/", field="tags", tags="Priority, new") == ["Priority, Newcastle"]
    assert options("/contacts/suggest/", q="\x00" * 20_000 + "zz") == ["Carol Finch"]
