"""Views of lists under a name: kept, shown above the list, changed, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Contact, Member, SavedView, Tag
from contacts.roles import Role

CREATE = "/views/new/"
PRIORITY = {"of": "contacts", "name": "Priority", "query": "tag=1&sort=-texted&columns=phone"}


@pytest.fixture
def priority(alice: User) -> SavedView:
    """Alice's own view of the contacts."""
    return SavedView.objects.create(owner=alice, **PRIORITY)


def tabs(browser: Client, address: str = "/contacts/") -> list[str]:
    return [view.name for view in browser.get(address).context["views"].rows]


def test_a_list_is_kept_as_it_stands_and_comes_back_so(
    alices_browser: Client, carol: Contact
) -> None:
    tag = Tag.objects.create(name="Priority")
    carol.tags.add(tag)
    Contact.objects.create(first_name="Bert")
    query = f"q=&tag={tag.pk}&columns=phone&cursor=xyz&view=7"
    page = alices_browser.get(f"/contacts/?{query}").content.decode()
    assert f"{CREATE}?of=contacts&amp;query=tag%3D{tag.pk}%26columns%3Dphone" in page

    given = {"of": "contacts", "name": " My  people ", "query": query}
    shown = alices_browser.post(CREATE, given, follow=True)

    row = SavedView.objects.get()
    assert (row.name, row.query) == ("My people", f"tag={tag.pk}&columns=phone")
    assert shown.request["QUERY_STRING"] == f"tag={tag.pk}&columns=phone&view={row.pk}"
    assert shown.context["page"].items == [carol]
    assert [header.label for header in shown.context["headers"]] == ["Name", "Phone"]
    assert 'aria-current="page">My people' in shown.content.decode()


def test_ones_own_are_ones_own_and_shared_ones_everybodys(
    alices_browser: Client, bobs_browser: Client, priority: SavedView
) -> None:
    assert tabs(alices_browser) == ["Priority"]
    assert tabs(bobs_browser) == tabs(alices_browser, "/deals/") == []

    priority.is_shared = True
    priority.save()

    assert tabs(bobs_browser) == ["Priority"]


def test_only_its_owner_and_who_runs_this_change_it(
    bobs_browser: Client, bob: User, priority: SavedView
) -> None:
    priority.is_shared = True
    priority.save()
    addresses = [f"/views/{priority.pk}/{end}" for end in ("", "delete/", "keep/")]

    assert [bobs_browser.post(address).status_code for address in addresses] == [404] * 3
    assert Client().post(addresses[0])["Location"].startswith("/login/")
    assert bobs_browser.get(addresses[2]).status_code == 405

    Member.objects.update_or_create(user=bob, defaults={"role": Role.ADMIN})
    assert bobs_browser.get(addresses[0]).status_code == 200
    assert bobs_browser.get(addresses[1]).status_code == 200


def test_what_was_changed_since_is_kept_by_a_click(
    alices_browser: Client, priority: SavedView
) -> None:
    as_saved = alices_browser.get(priority.get_absolute_url()).context["views"]
    changed = alices_browser.get(f"/contacts/?q=ann&view={priority.pk}").context["views"]
    assert (as_saved.is_changed, as_saved.is_new) == (False, False)
    assert (changed.is_changed, changed.is_new, changed.query) == (True, True, "q=ann")

    alices_browser.post(f"/views/{priority.pk}/keep/", {"query": changed.query})

    priority.refresh_from_db()
    assert priority.query == "q=ann"


def test_it_is_renamed_and_deleted(alices_browser: Client, priority: SavedView) -> None:
    alices_browser.post(f"/views/{priority.pk}/", {"name": "Top", "is_shared": "on"})
    priority.refresh_from_db()
    assert (priority.name, priority.is_shared) == ("Top", True)
    assert priority.query == PRIORITY["query"]

    alices_browser.post(f"/views/{priority.pk}/delete/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "priority"}, "You have a view of that name already."),
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"name": "Long", "query": "q=" + "ä" * 900}, "There are too many filters to keep."),
        ({"name": "Many", "query": "&".join(["q=1"] * 300)}, "This list cannot be kept."),
        ({"name": "Moon", "of": "moon"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_kept_is_said(
    typed: dict[str, str], words: str, alices_browser: Client, priority: SavedView
) -> None:
    answer = alices_browser.post(CREATE, PRIORITY | typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("view", ["x", "0", "9" * 40, "\x00"])
def test_an_unknown_view_is_the_list(
    view: str, alices_browser: Client, priority: SavedView
) -> None:
    answer = alices_browser.get("/contacts/", {"view": view})

    assert answer.status_code == 200
    assert answer.context["views"].current is None


def test_views_cost_no_question_of_their_own(
    alices_browser: Client, alice: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(9):
        alices_browser.get("/contacts/")
    for n in range(20):
        SavedView.objects.create(owner=alice, of="contacts", name=f"View {n}", query="q=a")

    with django_assert_num_queries(9):
        assert len(tabs(alices_browser)) == 20


def test_a_broadcast_goes_to_whom_a_view_shows(alices_browser: Client, priority: SavedView) -> None:
    SavedView.objects.filter(pk=priority.pk).update(query="q=carol")

    page = alices_browser.get(f"/contacts/?q=carol&view={priority.pk}").content.decode()

    assert "/broadcasts/new/?query=q%3Dcarol" in page
