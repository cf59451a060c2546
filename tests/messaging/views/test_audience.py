"""Whom a broadcast goes to, chosen in its form: saved views, tags, and how many they find."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.importing import storing, work
from contacts.models import Contact, Member, SavedView, Tag, Team
from messaging.broadcasts import audience
from messaging.models import Broadcast, Number

ADD, COUNT = "/broadcasts/new/", "/broadcasts/audience/"


@pytest.fixture
def views(alice: User, bob: User, number: Number) -> None:
    """Anns: Alice's. Bens: Bob's, for all. Secret: Bob's own. Roofs are deals."""
    for name in ("Ann", "Anna", "Ben"):
        Contact.objects.create(first_name=name, owner=alice)
    of = SavedView.List
    SavedView.objects.create(owner=alice, of=of.CONTACTS, name="Anns", query="q=ann&sort=-name")
    SavedView.objects.create(owner=bob, of=of.CONTACTS, name="Bens", query="q=ben", is_shared=True)
    SavedView.objects.create(owner=bob, of=of.CONTACTS, name="Secret", query="q=x")
    SavedView.objects.create(owner=alice, of=of.DEALS, name="Roofs", query="q=roof")


@pytest.fixture
def vip(views: None) -> Tag:
    tag = Tag.objects.create(name="VIP")
    tag.contacts.add(Contact.objects.get(first_name="Ann"), Contact.objects.get(first_name="Ben"))
    return tag


def choices(page: Any) -> dict[str, str]:
    """The views offered, and the value of the one chosen under "chosen"."""
    words = page.content.decode()
    select = words[words.index('<select name="query"') : words.index("</select>")]
    found = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)<', select)
    return {label: value for value, _, label in found} | {
        "chosen": next((label for _, selected, label in found if selected), "")
    }


def counted(browser: Client, **asked: Any) -> str:
    answer = browser.get(COUNT, asked)
    assert answer.status_code == 200
    return re.sub(r"<[^>]*>", "", answer.content.decode()).strip()


def test_the_form_offers_the_views_of_contacts_its_reader_sees(
    views: None, alices_browser: Client
) -> None:
    assert choices(alices_browser.get(ADD)) == {
        "No view": "",
        "All current contacts": "q=",
        "Anns": "q=ann&amp;sort=-name",
        "Bens": "q=ben",
        "chosen": "No view",
    }


def test_the_list_one_comes_from_is_chosen(views: None, alices_browser: Client) -> None:
    listed = alices_browser.get(f"{ADD}?query=q%3Dzoe")
    saved = alices_browser.get(f"{ADD}?query=q%3Dben")

    assert choices(listed)["chosen"] == "The list you chose them in"
    assert "0 contacts found" in listed.content.decode()
    assert choices(saved)["chosen"] == "Bens"
    assert "1 contact found" in saved.content.decode()


def test_a_broadcast_goes_to_whom_the_chosen_view_finds(vip: Tag, alices_browser: Client) -> None:
    given = {"name": "Hi", "text": "Hi", "query": "q=ann&sort=-name"}

    answer = alices_browser.post(ADD, given)

    row = Broadcast.objects.get()
    assert {str(one) for one in audience.contacts(row)} == {"Ann", "Anna"}
    edit = alices_browser.get(f"{answer['Location']}edit/")
    assert choices(edit)["chosen"] == "Anns"
    assert "2 contacts found" in edit.content.decode()


def test_whom_view_and_tags_find_is_counted(vip: Tag, alices_browser: Client) -> None:
    assert counted(alices_browser) == ""
    assert counted(alices_browser, query="q=") == "3 contacts found; look at the list."
    assert counted(alices_browser, query="q=ann") == "2 contacts found; look at the list."
    assert counted(alices_browser, tags=[vip.pk]) == "2 contacts found."
    assert counted(alices_browser, query="q=ann", tags=[vip.pk]).startswith("1 contact found")
    assert counted(alices_browser, query="f-gone=1").startswith("0 contacts found")
    assert counted(alices_browser, query="&" * 1200).startswith("0 contacts found")


def test_a_large_audience_is_not_counted_to_its_end(
    views: None, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "MOST", 1)

    assert audience.count(alice, "q=", []) == 2


def test_so_many_are_said_to_be_more(
    views: None, alices_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "count", lambda *_: audience.MOST + 1)

    assert counted(alices_browser, query="q=").startswith("More than 10,000 contacts found")


def test_those_are_counted_whom_the_author_sees(
    views: None, alices_browser: Client, bob: User
) -> None:
    west, east = Team.objects.create(name="West"), Team.objects.create(name="East")
    Member.objects.filter(user=bob).update(team=west)
    Contact.objects.filter(first_name="Ben").update(team=west)
    Member.objects.exclude(user=bob).update(team=east)
    hers = Broadcast.objects.create(name="His", text="Hi", author=bob, team=east)
    foreign = Broadcast.objects.create(name="Foreign", text="Hi", author=bob, team=west)

    assert counted(alices_browser, query="q=").startswith("2 contacts")
    assert counted(alices_browser, query="q=", of=hers.pk).startswith("3 contacts")
    assert alices_browser.get(COUNT, {"of": foreign.pk}).status_code == 404
    assert alices_browser.get(COUNT, {"of": "x"}).status_code == 404
    assert alices_browser.post(COUNT).status_code == 405


def test_nobody_chosen_is_said_under_the_form(views: None, alices_browser: Client) -> None:
    answer = alices_browser.post(ADD, {"name": "Hi", "text": "Hi"})

    assert answer.status_code == 422
    assert "choose a view, an import or a tag, or paste numbers" in answer.content.decode()


def test_a_broadcast_goes_to_whom_an_import_brought(
    views: None, alice: User, alices_browser: Client
) -> None:
    rows = [["Name", "Phone"], ["Ann", "+12125550150"], ["Ida Holm", "+12125550151"], ["", "x"]]
    source = storing.bring(alice, rows, "fair.csv", ["name", "phones"])
    work.move(source.pk, ["mapping"], "running")
    work.work()
    query = f"imported={source.pk}"

    page = alices_browser.get(source.get_absolute_url()).content.decode()
    assert f"/broadcasts/new/?query=imported%3D{source.pk}" in page
    assert f"/contacts/?{query}" in page
    assert choices(alices_browser.get(ADD))["Import: fair.csv"] == query
    assert choices(alices_browser.get(f"{ADD}?query={query}"))["chosen"] == "Import: fair.csv"
    assert counted(alices_browser, query=query).startswith("2 contacts found")
    listed = alices_browser.get(f"/contacts/?{query}").content.decode()
    assert "Ida Holm" in listed
    assert "Anna" not in listed

    work.move(source.pk, ["done"], "undoing")
    work.work()

    assert counted(alices_browser, query=query).startswith("0 contacts found")


def test_an_import_that_is_none_finds_nobody(views: None, alices_browser: Client) -> None:
    for asked in ("imported=999", "imported=x", f"imported={'9' * 30}"):
        assert counted(alices_browser, query=asked).startswith("0 contacts found")


def test_a_mistyped_filter_texts_nobody(views: None, alices_browser: Client) -> None:
    assert counted(alices_browser, query="tagg=1").startswith("0 contacts found")
    assert counted(alices_browser, query="q=ann&sort=-name&view=1&columns=phone&did=3") == (
        "2 contacts found; look at the list."
    )
