"""Contacts that may be the same: found by their indexes, shown, told apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from contacts import duplicates
from contacts.duplicates import finding
from contacts.models import Contact, Duplicate, DuplicateSearch, Phone

LIST = "/contacts/duplicates/"
pytestmark = pytest.mark.storage


def person(name: str, phone: str = "", email: str = "") -> Contact:
    first, _, last = name.partition(" ")
    contact = Contact.objects.create(first_name=first, last_name=last, email=email)
    if phone:
        Phone.objects.create(contact=contact, e164=phone, is_primary=True)
    return contact


def look() -> list[tuple[str, str, int]]:
    """Names and score of all pairs, the surest first."""
    duplicates.begin()
    duplicates.work()
    rows = Duplicate.objects.select_related("first", "second").order_by("-score", "pk")
    return [(row.first.name, row.second.name, row.score) for row in rows]


def test_they_are_found_by_phone_e_mail_and_whole_name(carol: Contact) -> None:
    person("Caro", "+12125550123")
    person("CAROL FINCH", email="Carol@finch.example")
    person("C. F.", email="carol@FINCH.example")
    for name in ("Bert", "Bert", "", ""):
        person(name)

    assert look() == [
        ("Carol Finch", "Caro", 4),
        ("CAROL FINCH", "C. F.", 2),
        ("Carol Finch", "CAROL FINCH", 1),
    ]


def test_what_they_share_adds_up_and_many_pair_with_the_first(carol: Contact) -> None:
    for n in range(3):
        person("Carol Finch", "+12125550123", f"c{n}@finch.example")

    assert look() == [("Carol Finch", "Carol Finch", 5)] * 3
    assert set(Duplicate.objects.values_list("first", flat=True)) == {carol.pk}


def test_who_is_archived_is_no_duplicate(carol: Contact) -> None:
    twin = person("Carol Finch")
    Contact.objects.filter(pk=twin.pk).update(archived_at=timezone.now())

    assert look() == []


def test_what_is_no_longer_so_is_gone_after_the_next_search(carol: Contact) -> None:
    twin = person("Carol Finch", "+12125550199")
    assert len(look()) == 1
    twin.last_name = "Other"
    twin.save()

    assert look() == []


def test_it_goes_on_where_it_stopped(carol: Contact, monkeypatch: Any) -> None:
    monkeypatch.setattr(finding, "CHUNK", 1)
    monkeypatch.setattr(finding, "LONGEST", -1.0)
    for n in range(3):
        for _ in "ab":
            person(f"Twin{n} Finch", f"+1212555019{n}")

    duplicates.begin()
    for _ in range(20):
        duplicates.work()

    assert [row.score for row in Duplicate.objects.all()] == [5, 5, 5]
    assert DuplicateSearch.objects.get().finished_at is not None


def test_a_sweep_begins_it_now_and_then(db: None) -> None:
    duplicates.begin_if_old()
    assert DuplicateSearch.objects.get().stage == "phone"
    duplicates.work()
    first = DuplicateSearch.objects.get().started_at

    duplicates.begin_if_old()
    assert DuplicateSearch.objects.get().started_at == first

    DuplicateSearch.objects.update(finished_at=timezone.now() - timedelta(days=1))
    duplicates.begin_if_old()
    assert DuplicateSearch.objects.get().stage == "phone"


def test_not_duplicates_is_remembered(carol: Contact, alices_browser: Client) -> None:
    person("Carol Finch")
    look()
    row = Duplicate.objects.get()
    assert "Same name" in alices_browser.get(LIST).content.decode()

    page = alices_browser.post(f"{LIST}{row.pk}/dismiss/", follow=True)
    look()

    assert "stay two contacts" in page.content.decode()
    assert alices_browser.get(LIST).context["pairs"] == []
    assert Duplicate.objects.get().dismissed_by == User.objects.get(username="alice")


def test_the_page_costs_the_same_with_one_pair_and_with_twenty(
    carol: Contact, alices_browser: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(25):
        for _ in "ab":
            person(f"Twin{n} Finch", f"+1212777{n:04}")
    look()

    with django_assert_max_num_queries(9):
        page = alices_browser.get(LIST)

    assert len(page.context["pairs"]) == 20
    assert page.context["page"].next
    rest = alices_browser.get(LIST, {"cursor": page.context["page"].next})
    assert len(rest.context["pairs"]) == 5


@pytest.mark.parametrize(
    ("stage", "index"), [("phone", "phone"), ("email", "contact_by_email"), ("name", "contact_by")]
)
def test_each_stage_walks_an_index(stage: str, index: str, carol: Contact) -> None:
    Contact.objects.bulk_create(
        Contact(
            first_name="N",
            last_name=f"{n}",
            sort_name=f"n {n}",
            name=f"N {n}",
            email=f"n{n}@finch.example",
        )
        for n in range(2_000)
    )
    rows = Contact.objects.order_by("pk")[:2000]
    Phone.objects.bulk_create(
        Phone(contact=row, e164=f"+1212666{n:04}", display="x") for n, row in enumerate(rows)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # which goes through so small a table as it is
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    plan = finding.twice(finding.STAGES[stage][0](), "n").explain()

    assert index in plan
    assert "SCAN contacts_contact\n" not in f"{plan}\n"
