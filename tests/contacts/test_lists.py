"""Lists: what is found, in which order, a page at a time, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Company, Contact, Deal, Phone, Tag

HOSTILE = ["\x00", "car\x00ol", "x" * 10_000, "%", "_", "\\", "'; --", "1" * 5_000, "💥", "½ ²"]


def names(browser: Client, **query: Any) -> list[str]:
    answer = browser.get("/contacts/", query)
    assert answer.status_code == 200
    return [contact.name for contact in answer.context["page"].items]


@pytest.fixture
def people(carol: Contact, alice: User) -> list[Contact]:
    """Carol (who is new), Zoë of Aldous, and Bert who was texted and answered."""
    aldous = Company.objects.create(name="Aldous & Fenn")
    zoe = Contact.objects.create(
        first_name="Zoë", last_name="Äsch", company=aldous, email="zoe@aldous.example"
    )
    Phone.objects.create(contact=zoe, e164="+442079460958", kind="work")
    now = timezone.now()
    bert = Contact.objects.create(
        first_name="Bert",
        last_name="Holt",
        owner=alice,
        last_texted_at=now,
        last_reply_at=now - timedelta(days=1),
        texts_sent=7,
    )
    bert.tags.add(Tag.objects.create(name="Priority"))
    return [carol, zoe, bert]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("carol", ["Carol Finch"]),
        ("FINCH car", ["Carol Finch"]),
        ("zoë", ["Zoë Äsch"]),
        ("ÄSCH", ["Zoë Äsch"]),
        ("fenn", ["Zoë Äsch"]),
        ("zoe@aldous", ["Zoë Äsch"]),
        ("prior", ["Bert Holt"]),
        ("0123", ["Carol Finch"]),
        ("(212) 555", ["Carol Finch"]),
        ("+1 212-555-0123", ["Carol Finch"]),
        ("020 7946 0958", ["Zoë Äsch"]),
        ("nobody", []),
        ("", ["Bert Holt", "Carol Finch", "Zoë Äsch"]),
    ],
)
def test_a_search_finds_names_companies_emails_tags_and_pieces_of_a_phone(
    words: str, found: list[str], people: list[Contact], alices_browser: Client
) -> None:
    assert names(alices_browser, q=words) == found


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("path", ["/contacts/", "/companies/", "/deals/"])
def test_no_search_breaks_a_list(
    path: str, words: str, people: list[Contact], roof: Deal, alices_browser: Client
) -> None:
    answer = alices_browser.get(path, {"q": words, "company": words, "tag": words, "owner": words})

    assert answer.status_code == 200


@pytest.mark.parametrize("cursor", ["x", "\x00", "WyJuIiwgIkEiLCAxXQ", "e" * 9_999])
@pytest.mark.parametrize("sort", ["", "-texted", "--name", "password", "\x00"])
def test_no_cursor_and_no_order_breaks_a_list(
    cursor: str, sort: str, people: list[Contact], alices_browser: Client
) -> None:
    answer = alices_browser.get("/contacts/", {"cursor": cursor, "sort": sort})

    assert answer.status_code == 200


def test_filters_narrow_by_tag_owner_and_company(
    people: list[Contact], alice: User, alices_browser: Client
) -> None:
    tag = Tag.objects.get()

    by_tag = names(alices_browser, tag=tag.pk)
    by_owner = names(alices_browser, owner=alice.pk)
    by_company = names(alices_browser, company="aldous")

    assert by_tag == by_owner == ["Bert Holt"]
    assert by_company == ["Zoë Äsch"]


def test_archived_contacts_show_only_when_asked_for(
    people: list[Contact], alices_browser: Client
) -> None:
    Contact.objects.filter(first_name="Bert").update(archived_at=timezone.now())

    assert names(alices_browser) == ["Carol Finch", "Zoë Äsch"]
    assert names(alices_browser, archived="archived") == ["Bert Holt"]
    assert len(names(alices_browser, archived="all")) == 3


def test_the_bar_counts_what_it_folds_away(people: list[Contact], alices_browser: Client) -> None:
    answer = alices_browser.get("/contacts/", {"q": "a", "company": "x", "archived": "all"})

    filters = answer.context["filters"]
    assert (filters.folded_in_use, filters.more_in_use) == (2, 1)
    assert [one.name for one in filters.plain] == ["tag", "company", "owner"]
    assert [one.name for one in filters.more] == ["archived"]


@pytest.mark.parametrize("sort", ["-texted", "-reply", "-texts"])
def test_a_list_sorts_by_what_was_texted(
    sort: str, people: list[Contact], alices_browser: Client
) -> None:
    assert names(alices_browser, sort=sort)[0] == "Bert Holt"
    assert names(alices_browser, sort=sort.lstrip("-"))[-1] == "Bert Holt"


def test_the_head_of_the_column_turns_the_order_round_and_keeps_the_search(
    people: list[Contact], alices_browser: Client
) -> None:
    answer = alices_browser.get("/contacts/", {"q": "o", "sort": "name", "cursor": "x"})

    name, texted = (answer.context["headers"][i] for i in (0, 3))
    assert (name.direction, name.href) == ("ascending", "?q=o&sort=-name")
    assert (texted.direction, texted.href) == ("", "?q=o&sort=-texted")


def test_who_was_never_texted_says_never(carol: Contact, alices_browser: Client) -> None:
    answer = alices_browser.get("/contacts/").content.decode()

    assert ">never<" in answer
    assert "1970" not in answer


def test_pages_lead_on_and_back_without_losing_anybody(db: None, alices_browser: Client) -> None:
    for i in range(120):
        Contact.objects.create(first_name="Same", last_name="Name" if i % 2 else f"N{i:03}")

    seen, cursor = [], ""
    while True:
        page = alices_browser.get("/contacts/", {"cursor": cursor}).context["page"]
        seen += [contact.pk for contact in page.items]
        if not page.next:
            break
        cursor = page.next

    back = alices_browser.get("/contacts/", {"cursor": page.previous}).context["page"]
    assert sorted(seen) == sorted(Contact.objects.values_list("pk", flat=True))
    assert [contact.pk for contact in back.items] == seen[50:100]


@pytest.mark.parametrize(("path", "most"), [("/contacts/", 15), ("/companies/", 8), ("/deals/", 7)])
def test_a_list_costs_the_same_with_three_rows_and_with_forty(
    path: str,
    most: int,
    people: list[Contact],
    alice: User,
    alices_browser: Client,
    django_assert_max_num_queries: Any,
) -> None:
    tag = Tag.objects.get()
    for i in range(40):
        company = Company.objects.create(name=f"Company {i}", main_contact=people[0], owner=alice)
        contact = Contact.objects.create(first_name=f"P{i}", company=company, owner=alice)
        contact.tags.add(tag)
        Phone.objects.create(contact=contact, e164=f"+447700900{i:03}")
        Deal.objects.create(title=f"Deal {i}", contact=contact, company=company, owner=alice)

    with django_assert_max_num_queries(most):
        answer = alices_browser.get(path)

    assert len(answer.context["page"].items) >= 40


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/contacts/", "No contacts yet"),
        ("/companies/", "No companies yet"),
        ("/deals/", "No deals"),
    ],
)
def test_an_empty_list_names_the_next_action(path: str, words: str, alices_browser: Client) -> None:
    empty = alices_browser.get(path).content.decode()
    narrowed = alices_browser.get(path, {"q": "zzz"}).content.decode()

    assert words in empty
    assert f'href="{path}new/"' in empty
    assert "Nothing found" in narrowed
    assert "Show all" in narrowed


def test_companies_and_deals_are_found_by_name_person_and_stage(
    bakery: Company, roof: Deal, alices_browser: Client
) -> None:
    Deal.objects.create(title="Old barn", stage="lost")

    companies = alices_browser.get("/companies/", {"q": "carol"}).context["page"].items
    by_person = alices_browser.get("/deals/", {"q": "carol"}).context["page"].items
    by_stage = alices_browser.get("/deals/", {"stage": "lost"}).context["page"].items

    assert companies == [bakery]
    assert by_person == [roof]
    assert [deal.title for deal in by_stage] == ["Old barn"]
