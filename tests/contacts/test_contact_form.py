"""Adding and changing a contact: what is kept, and what is said about what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Company, Contact, Phone, Tag


def filled(*numbers: str, **fields: Any) -> dict[str, Any]:
    """What a browser sends: the fields, and phone rows with these numbers."""
    rows = {f"phones-{i}-number": number for i, number in enumerate(numbers)}
    kinds = {f"phones-{i}-kind": "mobile" for i in range(len(numbers))}
    total = {"phones-TOTAL_FORMS": max(len(numbers), 2), "phones-INITIAL_FORMS": 0}
    return {"first_name": "Ines", **total, **rows, **kinds, **fields}


def add(browser: Client, *numbers: str, **fields: Any) -> Any:
    return browser.post("/contacts/new/", filled(*numbers, **fields))


@pytest.mark.storage
def test_what_is_counted_while_somebody_edits_stays_counted(carol: Contact) -> None:
    Contact.objects.filter(pk=carol.pk).update(texts_sent=7)

    carol.first_name = "Caroline"
    carol.save()

    carol.refresh_from_db()
    assert (carol.first_name, carol.name, carol.texts_sent) == ("Caroline", "Caroline Finch", 7)


def test_a_contact_is_added_with_everything_known(alices_browser: Client, alice: User) -> None:
    bakery = Company.objects.create(name="Finch Bakery")

    answer = add(
        alices_browser,
        "(212) 555-0123",
        "+44 20 7946 0958",
        last_name="Berg",
        job_title="Owner",
        company="finch bakery",
        email="ines@berg.example",
        tags="Priority, Newcastle,  priority ,",
        owner=alice.pk,
        time_zone="berlin",
        notes="Prefers mornings",
        **{"phones-1-kind": "work", "phones-1-label": "Front desk", "phones-primary": "1"},
    )

    ines = Contact.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == ines.get_absolute_url()
    assert (ines.name, ines.company, ines.owner) == ("Ines Berg", bakery, alice)
    assert ines.time_zone == "Europe/Berlin"
    assert {tag.name.casefold() for tag in ines.tags.all()} == {"priority", "newcastle"}
    assert list(ines.phones.values_list("e164", "kind", "label", "is_primary")) == [
        ("+442079460958", "work", "Front desk", True),
        ("+12125550123", "mobile", "", False),
    ]


def test_pasted_phones_fill_several_at_once(alices_browser: Client) -> None:
    add(alices_browser, pasted="mobile: +1 212 555 0123, work: +44 20 7946 0958")

    phones = Contact.objects.get().phones
    assert set(phones.values_list("e164", "kind")) == {
        ("+12125550123", "mobile"),
        ("+442079460958", "work"),
    }
    assert phones.filter(is_primary=True).get().e164 == "+12125550123"


def test_an_impossible_number_gets_a_sentence_and_everything_typed_stays(
    alices_browser: Client,
) -> None:
    answer = add(alices_browser, "12 34", last_name="Berg", notes="Prefers mornings")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].phones.forms[0].errors["number"]
    assert 'value="12 34"' in page
    assert 'value="Berg"' in page
    assert "Prefers mornings" in page
    assert not Contact.objects.exists()


def test_an_impossible_pasted_number_gets_a_sentence_too(alices_browser: Client) -> None:
    answer = add(alices_browser, pasted="mobile: 12, work: hello")

    assert answer.status_code == 422
    assert answer.context["form"].errors["pasted"]
    assert "mobile: 12, work: hello" in answer.content.decode()


def test_a_number_twice_on_one_contact_gets_a_sentence(alices_browser: Client) -> None:
    in_rows = add(alices_browser, "+1 212 555 0123", "2125550123")
    pasted = add(alices_browser, "+1 212 555 0123", pasted="work: (212) 555 0123")

    assert "This number is in row 1 already." in in_rows.content.decode()
    assert "is there already." in pasted.content.decode()
    assert not Contact.objects.exists()


def test_a_number_somebody_else_has_is_taken_and_shown_on_both(
    carol: Contact, alices_browser: Client
) -> None:
    add(alices_browser, "+1 212 555 0123")

    ines = Contact.objects.get(first_name="Ines")
    on_hers = alices_browser.get(ines.get_absolute_url()).content.decode()
    on_carols = alices_browser.get(carol.get_absolute_url()).content.decode()
    assert f'also on <a href="{carol.get_absolute_url()}">Carol Finch</a>' in on_hers
    assert f'also on <a href="{ines.get_absolute_url()}">Ines</a>' in on_carols


@pytest.mark.parametrize(
    "given",
    [{"last_name": "Berg"}, {"email": "ines@berg.example"}, {"phones-0-number": "2125550123"}],
)
def test_a_name_an_email_or_a_phone_is_enough(
    given: dict[str, str], alices_browser: Client
) -> None:
    answer = add(alices_browser, **{"first_name": "", "phones-0-kind": "mobile", **given})

    assert answer.status_code == 302


def test_an_email_longer_than_a_name_may_be_still_names_its_contact(
    alices_browser: Client,
) -> None:
    email = f"{'a' * 200}@mail.example"

    add(alices_browser, first_name="", email=email)

    contact = Contact.objects.get()
    assert (contact.email, contact.name) == (email, email[:170])


def test_nothing_at_all_is_not_enough(alices_browser: Client) -> None:
    answer = add(alices_browser, first_name=" ", notes="Somebody")

    assert "Give at least a name, an e-mail or a phone." in answer.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"first_name": "x" * 10_000},
        {"first_name": "a\x00b"},
        {"email": "not an email"},
        {"time_zone": "Mars/Olympus"},
        {"tags": "x" * 41},
        {"tags": ",".join(f"t{i}" for i in range(31))},
        {"company": "Nobody knows"},
        {"owner": "999999999999999999999"},
        {"phones-TOTAL_FORMS": "many"},
        {"phones-TOTAL_FORMS": "99999"},
        {"phones-0-number": "\x00"},
        {"phones-0-kind": "fax", "phones-0-number": "2125550123"},
        {"pasted": "x" * 20_000},
        {"notes": "x" * 20_000},
    ],
)
def test_bad_input_is_answered_with_the_form(given: dict[str, str], alices_browser: Client) -> None:
    answer = add(alices_browser, **{"first_name": "Ines", **given})

    assert answer.status_code == 422
    assert not Contact.objects.exists()


def edited(carol: Contact, browser: Client, **changes: Any) -> Any:
    """Send Carol's form as the page shows it, but for these changes."""
    form = browser.get(f"/contacts/{carol.pk}/edit/").context["form"]
    data = {name: form[name].value() for name in form.fields if name != "company"}
    data |= {"company": form["company"].value().words, "phones-primary": form.phones.primary}
    for part in (form.phones.management_form, *form.phones.forms):
        data |= {part[name].html_name: part[name].value() for name in part.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    return browser.post(f"/contacts/{carol.pk}/edit/", data | changes)


def test_saving_a_form_as_it_stands_changes_nothing(carol: Contact, alices_browser: Client) -> None:
    carol.tags.add(Tag.objects.create(name="Priority"))
    before = carol.phones.get().pk

    answer = edited(carol, alices_browser)

    carol.refresh_from_db()
    assert answer.status_code == 302
    assert carol.name == "Carol Finch"
    assert [tag.name for tag in carol.tags.all()] == ["Priority"]
    assert carol.phones.get().pk == before


def test_an_emptied_number_goes_and_another_becomes_primary(
    carol: Contact, alices_browser: Client
) -> None:
    Phone.objects.create(contact=carol, e164="+442079460958", kind="work")

    edited(carol, alices_browser, **{"phones-0-number": ""})

    left = carol.phones.get()
    assert (left.e164, left.kind, left.is_primary) == ("+442079460958", "work", True)


def test_a_stored_number_that_would_be_refused_today_may_stay(
    carol: Contact, alices_browser: Client
) -> None:
    Phone.objects.filter(contact=carol).update(e164="+1999", display="+1 999")

    answer = edited(carol, alices_browser, job_title="Baker")

    assert answer.status_code == 302
    assert carol.phones.get().e164 == "+1999"


def test_a_refused_edit_leaves_the_page_head_as_stored(
    carol: Contact, alices_browser: Client
) -> None:
    answer = edited(carol, alices_browser, first_name="Karla", email="nonsense")

    page = answer.content.decode()
    assert "<h1>Edit Carol Finch</h1>" in page
    assert 'value="Karla"' in page
