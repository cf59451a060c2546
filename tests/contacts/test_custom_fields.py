"""Fields of one's own: in forms, on pages, in lists and their filters, and on the timeline."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from contacts import custom, privacy
from contacts.filters import ContactFilters
from contacts.models import Comment, Company, Contact, CustomField, CustomValue, Deal, Record

CAROL = {
    "first_name": "Carol",
    "last_name": "Finch",
    "phones-TOTAL_FORMS": "0",
    "phones-INITIAL_FORMS": "0",
}
FIELDS = {
    "street": ("Street", "text", []),
    "rent": ("Rent", "number", []),
    "birthday": ("Birthday", "date", []),
    "plan": ("Plan", "choice", [{"id": 1, "name": "Silver"}, {"id": 2, "name": "Gold"}]),
}
Fields = dict[str, CustomField]


def add(model: type[Record], key: str, label: str, kind: str, options: Any = ()) -> CustomField:
    return CustomField.objects.create(
        content_type=ContentType.objects.get_for_model(model),
        key=key,
        label=label,
        type=kind,
        options=list(options),
        position=CustomField.objects.count(),
    )


@pytest.fixture
def fields(db: None) -> Fields:
    """One of each type, on contacts."""
    return {key: add(Contact, key, *given) for key, given in FIELDS.items()}


@pytest.fixture
def people(fields: Fields, carol: Contact) -> list[Contact]:
    """Carol and Bert with something in each field, and Zoë with nothing."""
    bert, zoe = (Contact.objects.create(first_name=name) for name in ("Bert", "Zoë"))
    hold(fields, carol, "Mill Lane 4", "500", date(1990, 3, 1), "1")
    hold(fields, bert, "MÜLLERSTR. 9", "1250.50", date(1985, 12, 24), "2")
    return [bert, carol, zoe]


def hold(fields: Fields, record: Record, *values: Any) -> None:
    street, rent, birthday, plan = values
    news = {"street": street, "rent": Decimal(rent), "birthday": birthday, "plan": plan}
    custom.keep(record, {fields[key]: value for key, value in news.items()})


def names(browser: Client, **query: Any) -> list[str]:
    answer = browser.get("/contacts/", query)
    assert answer.status_code == 200
    return [contact.name for contact in answer.context["page"].items]


def test_a_contact_is_added_with_them_and_shows_them(
    fields: Fields, alices_browser: Client
) -> None:
    typed = {"f-street": "Mill Lane 4", "f-rent": "1250.5", "f-birthday": "1990-03-01"}

    answer = alices_browser.post("/contacts/new/", CAROL | typed | {"f-plan": "2"}, follow=True)

    page = answer.content.decode()
    for label, words in (
        *(("Street", "Mill Lane 4"), ("Rent", "1,250.5")),
        *(("Birthday", "1 Mar 1990"), ("Plan", "Gold")),
    ):
        assert f"<dt>{label}</dt><dd>{words}</dd>" in page


def test_what_was_typed_wrongly_is_said_at_the_field_and_kept(
    fields: Fields, alices_browser: Client
) -> None:
    typed = {"f-street": "x" * 501, "f-rent": "a lot", "f-birthday": "soon", "f-plan": "9"}

    answer = alices_browser.post("/contacts/new/", CAROL | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Contact.objects.exists()
    assert 'value="a lot"' in page
    assert "Write a number, such as 1250 or 12.5." in page
    assert {"f-street", "f-rent", "f-birthday", "f-plan"} == set(answer.context["form"].errors)


def test_emptying_one_leaves_nothing_and_the_others_as_they_are(
    fields: Fields, people: list[Contact], alices_browser: Client
) -> None:
    carol = people[1]
    form = alices_browser.get(f"/contacts/{carol.pk}/edit/").context["form"]
    assert [field.value() for field in form.custom.bound()] == [
        *("Mill Lane 4", Decimal(500), date(1990, 3, 1), "1")
    ]

    kept = {"f-street": "", "f-rent": "500", "f-birthday": "1990-03-01", "f-plan": "1"}
    alices_browser.post(f"/contacts/{carol.pk}/edit/", CAROL | kept)

    assert [words for _, words in custom.shown(carol)] == ["500", "1 Mar 1990", "Silver"]
    assert "removed Street Mill Lane 4" in Comment.objects.get().body


def test_changes_stand_on_the_timeline(
    fields: Fields, people: list[Contact], alices_browser: Client
) -> None:
    zoe = people[2]
    edit = {"first_name": "Zoë", "phones-TOTAL_FORMS": "0", "phones-INITIAL_FORMS": "0"}

    alices_browser.post(f"/contacts/{zoe.pk}/edit/", edit | {"f-plan": "1"})
    alices_browser.post(f"/contacts/{zoe.pk}/edit/", edit | {"f-plan": "2", "f-rent": "7"})

    assert list(Comment.objects.on(zoe).values_list("body", flat=True)) == [
        "set Rent to 7; changed Plan from Silver to Gold",
        "set Plan to Silver",
    ]


@pytest.mark.storage
@pytest.mark.parametrize("number", ["100", "0.5", "-1250.25", "12300000000", "0"])
def test_a_number_stands_in_the_form_as_it_was_typed(
    fields: dict[str, CustomField], carol: Contact, alices_browser: Client, number: str
) -> None:
    custom.keep(carol, {fields["rent"]: Decimal(number)})

    page = alices_browser.get(f"/contacts/{carol.pk}/edit/")

    assert f'name="f-rent" value="{number}"' in page.content.decode()
    assert (
        not page.context["form"]
        .fields["f-rent"]
        .has_changed(page.context["form"].initial["f-rent"], number)
    )


@pytest.mark.storage
@pytest.mark.parametrize("few", [custom.FEW, 0], ids=["by ids", "along the list"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"f-street": "mill"}, ["Carol Finch"]),
        ({"f-street": "müller"}, ["Bert"]),
        ({"f-street": "lane"}, []),
        ({"f-street": "%"}, []),
        ({"f-rent-from": "500"}, ["Bert", "Carol Finch"]),
        ({"f-rent-from": "500.01"}, ["Bert"]),
        ({"f-rent-from": "400", "f-rent-to": "1250.49"}, ["Carol Finch"]),
        ({"f-rent-to": "0"}, []),
        ({"f-birthday-to": "1989-12-31"}, ["Bert"]),
        ({"f-birthday-from": "1985-12-24", "f-birthday-to": "1985-12-24"}, ["Bert"]),
        ({"f-plan": "1"}, ["Carol Finch"]),
        ({"f-plan": "2", "f-street": "mill"}, []),
        ({"f-plan": "2", "q": "bert"}, ["Bert"]),
        ({"f-plan": "2", "q": "carol"}, []),
        ({"f-rent-from": "much", "f-plan": "7"}, ["Bert", "Carol Finch", "Zoë"]),
    ],
)
def test_lists_are_narrowed_by_them(
    query: dict[str, str],
    found: list[str],
    few: int,
    people: list[Contact],
    alices_browser: Client,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(custom, "FEW", few)

    assert names(alices_browser, **query) == found


@pytest.mark.storage
@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (custom.begins("mill"), "custom_value_by_text"),
        (custom.exactly("2"), "custom_value_by_text"),
        (custom.compares("number", "gte", Decimal(2990)), "custom_value_by_number"),
        (custom.compares("day", "lte", date(2000, 1, 5)), "custom_value_by_day"),
    ],
    ids=["text", "choice", "number", "date"],
)
def test_each_filter_has_its_index(condition: Any, index: str, fields: Fields) -> None:
    kind, day = ContentType.objects.get_for_model(Contact), date(2000, 1, 1)
    CustomValue.objects.bulk_create(
        CustomValue(
            field=fields["street"],
            content_type=kind,
            object_id=n,
            sort=f"{n}",
            number=n,
            day=day + timedelta(days=n),
        )
        for n in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_customvalue")

    found = CustomValue.objects.filter(condition, field=fields["street"])

    assert index in found.order_by().values_list("object_id").explain()


def test_an_archived_field_is_offered_nowhere_and_understood_where_it_was_kept(
    fields: Fields, people: list[Contact], alices_browser: Client
) -> None:
    CustomField.objects.filter(key="plan").update(archived_at=timezone.now())

    form = alices_browser.get(f"/contacts/{people[1].pk}/edit/").context["form"]
    page = alices_browser.get(people[1].get_absolute_url()).content.decode()
    plain = alices_browser.get("/contacts/").content.decode()
    kept = alices_browser.get("/contacts/", {"f-plan": "2"}).content.decode()

    assert "f-plan" not in form.fields
    assert "<dt>Plan</dt>" not in page
    assert 'name="f-plan"' not in plain
    assert names(alices_browser, **{"f-plan": "2"}) == ["Bert"]
    assert 'name="f-plan"' in kept


def test_an_option_that_was_taken_away_stays_with_who_has_it(
    fields: Fields, people: list[Contact], alices_browser: Client
) -> None:
    options = [{"id": 1, "name": "Silver", "gone": True}, {"id": 2, "name": "Platinum"}]
    CustomField.objects.filter(key="plan").update(options=options)
    bert, carol, _ = people

    assert custom.words(bert)["plan"] == "Platinum"
    assert custom.words(carol)["plan"] == "Silver"
    for contact, offered in ((bert, ["Platinum"]), (carol, ["Silver", "Platinum"])):
        form = alices_browser.get(f"/contacts/{contact.pk}/edit/").context["form"]
        assert [name for _, name in form.fields["f-plan"].choices][1:] == offered


def test_columns_are_chosen_and_stay_chosen(people: list[Contact], alices_browser: Client) -> None:
    answer = alices_browser.get("/contacts/?columns=f-rent&columns=phone&columns=nonsense")
    page = answer.content.decode()

    headers = answer.context["headers"]
    assert [header.label for header in headers] == ["Name", "Phone", "Rent"]
    assert '<td class="end" data-label="Rent">1,250.5</td>' in page
    assert 'data-label="Tags"' not in page
    assert "columns=f-rent" in headers[0].href


def test_a_list_with_columns_costs_the_same_with_many_rows(
    fields: Fields,
    people: list[Contact],
    alices_browser: Client,
    django_assert_max_num_queries: Any,
) -> None:
    for i in range(40):
        contact = Contact.objects.create(first_name=f"P{i}")
        hold(fields, contact, f"Mill {i}", str(i), date(2000, 1, 1), "1")

    with django_assert_max_num_queries(12):
        page = alices_browser.get("/contacts/?columns=f-rent&columns=f-plan&f-street=mill")

    assert len(page.context["page"].items) == 41


def test_companies_and_deals_have_their_own(
    bakery: Company, roof: Deal, alice: User, alices_browser: Client
) -> None:
    size, source = add(Company, "size", "Size", "number"), add(Deal, "source", "Source", "text")

    alices_browser.post(f"/companies/{bakery.pk}/edit/", {"name": "Finch Bakery", "f-size": "12"})
    alices_browser.post(
        f"/deals/{roof.pk}/edit/", {"title": "New roof", "stage": "lead", "f-source": "Fair"}
    )

    assert custom.shown(bakery) == [(size, "12")]
    assert custom.shown(roof) == [(source, "Fair")]
    assert (
        "<dt>Source</dt><dd>Fair</dd>" in alices_browser.get(f"/deals/{roof.pk}/").content.decode()
    )
    found = alices_browser.get("/deals/?f-source=fair&columns=f-source").context["page"].items
    assert found == [roof]


def test_what_a_record_holds_goes_with_it(fields: Fields, people: list[Contact]) -> None:
    people[1].delete()

    assert CustomValue.objects.filter(object_id=people[0].pk).count() == 4
    assert CustomValue.objects.count() == 4


def test_what_a_person_is_handed_out_names_them(
    fields: Fields, people: list[Contact], alice: User
) -> None:
    with zipfile.ZipFile(io.BytesIO(privacy.export(people[1], by=alice))) as packed:
        person = json.loads(packed.read("person.json"))["Person"][0]

    assert (person["field street"], person["field plan"]) == ("Mill Lane 4", "Silver")


@pytest.mark.parametrize(
    ("query", "is_understood"),
    [("f-plan=2", True), ("f-plan=9", False), ("f-rent-from=x", False), ("f-moon=1", False)],
)
def test_what_could_not_be_read_is_known(query: str, is_understood: bool, fields: Fields) -> None:
    filters = ContactFilters(QueryDict(query), queryset=Contact.objects.all())

    assert filters.is_understood is is_understood
