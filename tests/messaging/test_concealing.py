"""What a record of ours leads to may be another team's: no page and no text tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Company, Contact, Deal, Duplicate, Member, Team
from messaging import tokens
from messaging.models import Conversation, Number
from tests.messaging.webhooks import inbound


@pytest.fixture
def alices_browser(alices_browser: Client, alice: User, carol: Contact, bakery: Company) -> Client:
    """Alice and Carol are East's; the bakery where Carol works is West's."""
    east, west = Team.objects.create(name="East"), Team.objects.create(name="West")
    Member.objects.filter(user=alice).update(team=east)
    Contact.objects.filter(pk=carol.pk).update(team=east, company=bakery)
    Company.objects.filter(pk=bakery.pk).update(team=west)
    return alices_browser


@pytest.mark.parametrize(
    "address",
    [
        "/contacts/",
        "/contacts/?company=finch+bakery",
        "/contacts/suggest/?field=contact&contact=carol",
        "/contacts/suggest/?field=contact",
        "/deals/new/",
        "/find/?q=carol",
    ],
)
def test_no_page_names_the_company(alices_browser: Client, address: str) -> None:
    words = alices_browser.get(address).content.decode()

    assert "Carol" in words or "company=" in address
    assert "Bakery" not in words


def test_an_unclear_name_is_asked_back_without_it(
    alices_browser: Client, carol: Contact, bakery: Company
) -> None:
    Contact.objects.create(first_name="Carol", last_name="Finch", company=bakery)

    words = alices_browser.post("/deals/new/", {"title": "Oven", "contact": "Carol"})

    assert "Choose one of these" in words.content.decode()
    assert "Bakery" not in words.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/contacts/", "/deals/", "/companies/", "/find/?q=carol", "/contacts/export/?as=csv"],
)
def test_a_main_contact_of_their_own_company_leads_round_and_round(
    alices_browser: Client, carol: Contact, bakery: Company, roof: Deal, address: str
) -> None:
    Company.objects.filter(pk=bakery.pk).update(team=None, main_contact=carol)
    Deal.objects.filter(pk=roof.pk).update(contact=carol, company=bakery)

    answer = alices_browser.get(address)

    assert answer.status_code == 200
    assert b"Carol" in b"".join(answer)


def test_the_company_is_not_found_by(alices_browser: Client) -> None:
    assert "Carol" not in alices_browser.get("/contacts/?company=finch").content.decode()


@pytest.mark.usefixtures("gateways")
def test_who_moves_a_conversation_reads_it_nowhere(alices_browser: Client, number: Number) -> None:
    inbound("simulator", "Hello", sender="+442079460123")

    talk = Conversation.objects.get()
    words = alices_browser.get(f"/inbox/{talk.pk}/whose/?q=carol").content.decode()

    assert "Carol" in words
    assert "Bakery" not in words


def test_nor_who_looks_at_pairs(
    alices_browser: Client, carol: Contact, bakery: Company, alice: User
) -> None:
    twin = Contact.objects.create(first_name="Carol", last_name="Finch", email="c@example.com")
    pair = Duplicate.objects.create(first=carol, second=twin, by_name=1)

    pages = [
        alices_browser.get(address).content.decode()
        for address in ("/contacts/duplicates/", f"/contacts/duplicates/{pair.pk}/")
    ]

    assert all("Carol" in words for words in pages)
    assert not any("Bakery" in words for words in pages)


@pytest.mark.usefixtures("alices_browser")
def test_a_merge_field_does_not_tell_it(alice: User, carol: Contact, number: Number) -> None:
    secret = tokens.issue(User.objects.get(pk=alice.pk), name="Script")[1]

    def text(words: str) -> Any:
        given = {"contact": carol.pk, "text": words}
        headers = {"Authorization": f"Bearer {secret}"}
        answer = Client().post(
            "/api/v1/messages", given, content_type="application/json", headers=headers
        )
        return answer.json()

    assert text("Hello {company|all}")["text"] == "Hello all"
    assert "Bakery" not in str(text("Hello {company}"))
