"""What the search looks in follows every change of the records, by whatever way they change."""

from __future__ import annotations

import pytest
from django.db import connection

from contacts import search, words
from contacts.models import Company, Contact, Phone, Tag
from contacts.paging import page


def found(query: str) -> list[str]:
    """By the list's own way, which takes a shortcut where there is one."""
    rows = Contact.objects.all()
    by_filter = search.contacts(rows, query).order_by("sort_name", "pk")
    by_list = page(
        search.contacts(rows, query), "sort_name", size=50, near=search.near(rows, query)
    )
    assert list(by_filter) == by_list.items
    return [contact.name for contact in by_list.items]


def test_a_new_name_is_found_and_the_old_one_is_not(carol: Contact) -> None:
    carol.last_name = "Wren"
    carol.save()

    assert (found("wren"), found("finch")) == (["Carol Wren"], [])


def test_changes_that_pass_by_the_models_are_found(carol: Contact) -> None:
    Contact.objects.filter(pk=carol.pk).update(email="carol@heron.example", sort_name="caro wren")
    carol.phones.update(e164="+442079460958")
    Contact.objects.bulk_create([Contact(name="Zoë Äsch", sort_name="zoë äsch")])

    assert found("heron") == found("wren") == found("94609") == ["Carol Finch"]
    assert (found("0123"), found("äsch")) == ([], ["Zoë Äsch"])


def test_what_is_deleted_is_not_found(carol: Contact) -> None:
    Phone.objects.all().delete()
    assert found("5550123") == []

    Contact.objects.all().delete()
    Contact.objects.create(first_name="Dave")
    assert (found("carol"), found("dave")) == ([], ["Dave"])


def test_a_company_and_a_tag_lead_to_their_people(carol: Contact) -> None:
    company = Company.objects.create(name="Holt Roofing")
    Contact.objects.filter(pk=carol.pk).update(company=company)
    carol.tags.add(Tag.objects.create(name="Priority"))

    assert found("oofin") == found("prior") == found("carol prior roof") == ["Carol Finch"]
    company.name = "Holt Joinery"
    company.save()
    assert (found("roofing"), found("joiner")) == ([], ["Carol Finch"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("c", ["Carol Finch"]),
        ("fi", ["Carol Finch"]),
        ("ca fi", ["Carol Finch"]),
        ("in", []),
        ("12", []),
        ("555", ["Carol Finch"]),
    ],
)
def test_one_or_two_letters_are_found_where_a_word_begins(
    carol: Contact, query: str, expected: list[str]
) -> None:
    assert found(query) == expected


@pytest.mark.parametrize("query", ['"', "%%%", "___", "\\\\\\", "a*b OR", "NEAR(", "'; --", "ﬁn"])
def test_signs_of_a_query_language_are_only_letters(carol: Contact, query: str) -> None:
    assert found(query) == ([] if query != "ﬁn" else ["Carol Finch"])


@pytest.mark.parametrize("names", [2, 5, 3_000])
def test_a_common_name_is_paged_without_losing_anybody(
    db: None, monkeypatch: pytest.MonkeyPatch, names: int
) -> None:
    monkeypatch.setattr(search, "NAMES", names)
    for n in range(7):
        Contact.objects.create(first_name="Anna", last_name=f"{n}")
        Contact.objects.create(first_name="Annette Otto", last_name=f"{n}")
        Contact.objects.create(first_name="Aaron", last_name=f"{n}")
    rows, seen, cursor = Contact.objects.all(), [], ""

    for _ in range(4):
        near = search.near(rows, "anna")
        found = page(search.contacts(rows, "anna"), "sort_name", cursor=cursor, size=2, near=near)
        seen += [contact.last_name for contact in found.items]
        cursor = found.next

    assert (seen, cursor) == (list("0123456"), "")


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_triggers_that_a_migration_lost_come_back(carol: Contact) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER contacts_words_added")
    words.keep(connection)

    Contact.objects.create(first_name="Dave")

    assert found("dave") == ["Dave"]
