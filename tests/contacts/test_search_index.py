"""What the search looks in follows every change of the records, by whatever way they change."""

from __future__ import annotations

import pytest
from django.db import connection

from contacts import search, search_order, search_sql, words
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


def test_more_than_three_letters_or_digits_stand_together(carol: Contact, bakery: Company) -> None:
    twisted = Contact.objects.create(first_name="Nchfin", last_name="Rolcar")
    twisted.phones.create(e164="+12125501255", display="", is_primary=True)
    Company.objects.create(name="Keryb Eryba")

    assert found("finch") == found("carol") == found("5550123") == ["Carol Finch"]
    assert found("nchfin") == found("5501255") == ["Nchfin Rolcar"]
    assert list(search.companies(Company.objects.all(), "bakery")) == [bakery]


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


@pytest.fixture
def crowd(db: None) -> None:
    for n in range(7):
        for first in ("Anna", "Annette Otto", "Aaron", "Berta Anna", "Z"):
            contact = Contact.objects.create(first_name=first, last_name=f"{n}")
            digits = "5550" if "Anna" in first else "5551"
            contact.phones.create(e164=f"+121255{digits[2:]}{n:03}", is_primary=True)
            contact.phones.create(e164=f"+121255{digits[2:]}{n + 10:03}")
    Contact.objects.create(email="anna@heron.example")
    Contact.objects.create(first_name="Anka", email="anna@finch.example")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE contacts_words, contacts_phone")


@pytest.fixture(params=["sorted", "a few names at a time", "among the names", "too late"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the first are found: all of them sorted, or name by name."""
    if request.param != "sorted":
        monkeypatch.setattr(search_order, "MANY", dict.fromkeys(search_order.MANY, (1, 1)))
    if request.param == "too late":
        monkeypatch.setattr(search_order, "NAMES", {1: "sort_name"})
    buckets = {"a few names at a time": 30, "too late": 1}.get(request.param, search_order.BUCKETS)
    monkeypatch.setattr(search_order, "BUCKETS", buckets)
    if request.param == "a few names at a time":
        monkeypatch.setattr(search_order, "MANY_IN_BUCKET", 2)  # mostly too many to sort
        monkeypatch.setattr(search_order, "NAMES", {9: "sort_name", 99: "(sort_name || '')"})
    steps = {"a few names at a time": [2] * 30, "too late": [1]}.get(request.param)
    if steps:
        monkeypatch.setattr(search_order, "STEPS", dict.fromkeys(search_order.STEPS, steps))
    return str(request.param)


@pytest.mark.parametrize("query", ["anna", "nna", "an", "a", "an 3", "55000", "z"])
@pytest.mark.parametrize("order", ["sort_name", "-sort_name"])
def test_the_first_of_many_are_paged_without_losing_anybody(
    crowd: None, way: str, query: str, order: str
) -> None:
    rows, cursor, seen = Contact.objects.all(), "", []
    expected = list(
        search.contacts(rows, query).order_by(order, f"{order.removesuffix('sort_name')}pk")
    )

    for _ in range(30):
        near = search.near(rows, query)
        found = page(search.contacts(rows, query), order, cursor=cursor, size=3, near=near)
        seen += found.items
        if not (cursor := found.next):
            break

    assert seen == expected
    assert expected


@pytest.mark.parametrize("query", ["anna", "an 3", "55000"])
@pytest.mark.parametrize("falling", [False, True])
def test_the_first_of_many_are_the_first_and_each_once(
    crowd: None, way: str, query: str, falling: bool
) -> None:
    found = search_sql.found(query)
    by_name = ("-sort_name", "-pk") if falling else ("sort_name", "pk")
    everybody = search.contacts(Contact.objects.all(), query).order_by(*by_name)
    expected = list(everybody.values_list("pk", flat=True))
    assert found

    for most in range(1, len(expected) + 1):
        wanted = search_order.Wanted(None, falling, most)
        assert search_order.first(found, wanted) == expected[:most]


@pytest.mark.parametrize("too_many", [2, 4_000])
@pytest.mark.parametrize("falling", [False, True])
def test_the_first_of_many_are_found_without_sorting_all(
    crowd: None, monkeypatch: pytest.MonkeyPatch, too_many: int, falling: bool
) -> None:
    """What the quick ways miss is sorted after all, and so nothing else would show it."""
    monkeypatch.setattr(search_order, "MANY", dict.fromkeys(search_order.MANY, (1, 1)))
    monkeypatch.setattr(search_order, "MANY_IN_BUCKET", too_many)
    names = {too_many: "sort_name", 99: "(sort_name || '')"}
    monkeypatch.setattr(search_order, "NAMES", names)
    monkeypatch.delattr(search_order, "_sorted")
    found = search_sql.found("anna")
    by_name = ("-sort_name", "-pk") if falling else ("sort_name", "pk")
    assert found

    first = search_order.first(found, search_order.Wanted(None, falling, 10))

    everybody = search.contacts(Contact.objects.all(), "anna").order_by(*by_name)
    assert first == list(everybody.values_list("pk", flat=True)[:10])


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_names_that_begin_alike_are_looked_at_once(
    crowd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_order, "BUCKETS", 9)

    def initials(place: tuple[str, int] | None, falling: bool) -> list[str]:
        return list(search_order._buckets(search_order.Wanted(place, falling, 50)))

    assert initials(None, False) == ["aa", "an", "be", "z "]
    assert initials(None, True) == ["z ", "be", "an", "aa"]
    assert initials(("anna 3", 1), False) == ["an", "be", "z "]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("carol f", True), ("f c", True), ("fi ca", True), ("carol i", False), ("carol h", True)],
)
def test_one_letter_begins_any_word(carol: Contact, query: str, expected: bool) -> None:
    Contact.objects.filter(pk=carol.pk).update(email="heron@example.com")

    assert found(query) == (["Carol Finch"] if expected else [])


def test_one_or_two_letters_are_a_tag_only_as_a_whole(carol: Contact) -> None:
    carol.tags.add(Tag.objects.create(name="EU"), Tag.objects.create(name="Priority"))

    assert found("eu") == found("pri") == ["Carol Finch"]
    assert found("p") == found("pr") == []


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_triggers_that_a_migration_lost_come_back(carol: Contact) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER contacts_words_added")
    words.keep(connection)

    Contact.objects.create(first_name="Dave")

    assert found("dave") == ["Dave"]
