"""Companies, deals, and what stands on timelines, as programs make, find and change them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test import Client

from contacts.models import Comment, Company, Contact, CustomField, Deal, Member, Team
from messaging.models import Number
from tests.messaging.api.conftest import Call


def test_a_company_is_made_changed_found_and_deleted(call: Call, carol: Contact) -> None:
    kind = ContentType.objects.get_for_model(Company)
    CustomField.objects.create(content_type=kind, label="Trade", key="trade")
    bakery = {"name": "Finch Bakery", "main_contact": carol.pk, "custom": {"trade": "Bread"}}

    made = call("POST", "/companies", bakery | {"website": "https://finch.example"})
    pk = made.data["id"]
    changed = call("PATCH", f"/companies/{pk}", {"name": "Finch & Sons", "website": None})
    found = call("GET", "/companies?q=sons")
    kinds = [comment.kind for comment in Comment.objects.on(Company.objects.get())]
    gone = call("DELETE", f"/companies/{pk}")

    assert made.status_code == 201
    assert (made.data["main_contact"], made.data["custom"]) == (carol.pk, {"trade": "Bread"})
    assert (changed.data["website"], changed.data["main_contact"]) == ("", carol.pk)
    assert found.data["items"] == [changed.data]
    assert kinds == [Comment.Kind.CHANGE]
    assert (gone.status_code, call("GET", f"/companies/{pk}").status_code) == (204, 404)


def test_a_deal_is_made_changed_found_and_deleted(
    call: Call, carol: Contact, bakery: Company, roof: Deal
) -> None:
    oven = {"title": "Oven", "contact": carol.pk, "amount": "1250.50", "due_on": "2026-12-24"}

    made = call("POST", "/deals", oven)
    pk = made.data["id"]
    changed = call("PATCH", f"/deals/{pk}", {"stage": "won", "company": bakery.pk, "due_on": None})
    won = call("GET", f"/deals?stage=won&contact={carol.pk}&company={bakery.pk}&q=oven")
    none = call("GET", f"/deals?stage=lost&contact={carol.pk}")
    gone = call("DELETE", f"/deals/{pk}")

    assert (made.status_code, made.data["stage"], made.data["amount"]) == (201, "lead", "1250.50")
    assert (changed.data["stage"], changed.data["due_on"]) == ("won", None)
    assert (won.data["items"], none.data["items"]) == ([changed.data], [])
    assert (gone.status_code, list(Deal.objects.all())) == (204, [roof])


@pytest.mark.storage
@pytest.mark.parametrize(
    ("path", "given", "field"),
    [
        ("/companies", {}, "name"),
        ("/companies", {"name": " "}, "name"),
        ("/companies", {"name": "x" * 121}, "name"),
        ("/companies", {"name": "A", "website": "javascript:alert(1)"}, "website"),
        ("/companies", {"name": "A", "custom": {"nope": "x"}}, "custom.nope"),
        ("/deals", {}, "title"),
        ("/deals", {"title": "A", "stage": "maybe"}, "stage"),
        ("/deals", {"title": "A", "stage": None}, "stage"),
        ("/deals", {"title": "A", "amount": "-1"}, "amount"),
        ("/deals", {"title": "A", "amount": 10**12}, "amount"),
        ("/deals", {"title": "A", "due_on": "2026-02-30"}, "due_on"),
        ("/deals", {"title": "A", "contact": 99}, "contact"),
        ("/contacts", {"first_name": " "}, "Give at least a name"),
        ("/contacts", {"company": 99, "first_name": "A"}, "company"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stored(
    call: Call, path: str, given: dict[str, Any], field: str
) -> None:
    answer = call("POST", path, given)

    assert answer.status_code == 422
    assert answer.data["detail"].startswith(field)
    assert not any(model.objects.exists() for model in (Company, Contact, Deal))


def test_a_stage_that_is_none_is_no_filter(call: Call, roof: Deal) -> None:
    assert call("GET", "/deals?stage=maybe").status_code == 422


def test_the_timeline_is_read_page_by_page(
    call: Call, carol: Contact, number: Number, alice: User
) -> None:
    for n in range(51):
        call("POST", f"/contacts/{carol.pk}/comments", {"body": f"Note {n}"})
    call("POST", f"/contacts/{carol.pk}/comments", {"body": "sms: See you"})

    first = call("GET", f"/contacts/{carol.pk}/comments").data
    rest = call("GET", f"/contacts/{carol.pk}/comments?cursor={first['next_cursor']}").data

    assert (len(first["items"]), [one["body"] for one in rest["items"]]) == (
        50,
        ["Note 1", "Note 0"],
    )
    assert first["items"][0]["message"]["from"] == number.address
    assert {one["author"] for one in rest["items"]} == {"alice"}
    assert call("GET", f"/boats/{carol.pk}/comments").status_code == 404


@pytest.mark.parametrize("nouns", ["contacts", "companies", "deals"])
def test_a_long_list_takes_as_many_questions_as_a_short_one(
    call: Call,
    alice: User,
    carol: Contact,
    bakery: Company,
    nouns: str,
    django_assert_max_num_queries: Any,
) -> None:
    east = Team.objects.create(name="East")
    Member.objects.filter(user=alice).update(team=east)
    for n in range(20):
        company = Company.objects.create(name=f"C{n}", main_contact=carol, team=east)
        contact = Contact.objects.create(first_name=f"P{n}", company=company, team=east)
        Deal.objects.create(title=f"D{n}", contact=contact, company=company, team=east)

    with django_assert_max_num_queries(12):
        assert len(call("GET", f"/{nouns}").data["items"]) >= 20


def test_what_belongs_to_another_team_stays_and_is_not_told(
    call: Call, carol: Contact, bakery: Company, roof: Deal, alice: User
) -> None:
    west = Team.objects.create(name="West")
    Member.objects.filter(user=alice).update(team=Team.objects.create(name="East"))
    Company.objects.filter(pk=bakery.pk).update(team=west)
    Contact.objects.filter(pk=carol.pk).update(company=bakery)
    Deal.objects.filter(pk=roof.pk).update(company=bakery)

    changed = call("PATCH", f"/contacts/{carol.pk}", {"job_title": "Baker"})
    deal = call("GET", f"/deals/{roof.pk}")
    taken = call("PATCH", f"/deals/{roof.pk}", {"company": bakery.pk})

    carol.refresh_from_db()
    assert (changed.status_code, changed.data["company"]) == (200, None)
    assert (carol.company, deal.data["company"]) == (bakery, None)
    assert taken.status_code == 422
    for path in (f"/companies/{bakery.pk}", f"/companies/{bakery.pk}/comments"):
        assert call("GET", path).status_code == 404
    assert call("GET", "/companies").data["items"] == []


@pytest.mark.storage
@pytest.mark.usefixtures("for_threads")
def test_two_who_change_one_contact_at_once_both_do(secret: str, alice: User) -> None:
    contact = Contact.objects.create(first_name="Ida", owner=alice)
    news = [{name: f"{name} {n}"} for n in range(3) for name in ("job_title", "notes", "last_name")]

    def patch(given: dict[str, str]) -> int:
        answer = Client().patch(
            f"/api/v1/contacts/{contact.pk}",
            given,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        connections.close_all()
        return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(patch, news))

    contact.refresh_from_db()
    kept = (contact.job_title, contact.notes, contact.last_name)
    assert statuses == [200] * 9
    assert all(kept), "or one forgot what another had stored"
