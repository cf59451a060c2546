"""Communications under a name: the saved views of other lists, above this one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, Member, SavedView, Team
from messaging.models import Message
from tests.messaging.views.conftest import Texts

COMMUNICATIONS, CREATE = "/communications/", "/views/new/"
REPLIES = {"of": "communications", "name": "Replies", "query": "direction=inbound&days=7"}


@pytest.fixture
def replies(alice: User) -> SavedView:
    """Alice's own view of what came in lately."""
    return SavedView.objects.create(owner=alice, **REPLIES)


def tabs(browser: Client) -> list[str]:
    return [view.name for view in browser.get(COMMUNICATIONS).context["views"].rows]


def test_the_list_is_kept_as_it_is_filtered_and_comes_back_so(
    alices_browser: Client, sent: Message, arrive: Texts
) -> None:
    arrive("On my way")
    query = "q=&direction=inbound&days=7&cursor=abc"
    page = alices_browser.get(f"{COMMUNICATIONS}?{query}").content.decode()
    assert f"{CREATE}?of=communications&amp;query=direction%3Dinbound%26days%3D7" in page

    kept = alices_browser.post(CREATE, REPLIES | {"query": query}, follow=True)

    row = SavedView.objects.get()
    assert (row.of, row.query) == ("communications", "direction=inbound&days=7")
    asked = f"direction=inbound&days=7&view={row.pk}"
    assert (kept.request["PATH_INFO"], kept.request["QUERY_STRING"]) == (COMMUNICATIONS, asked)
    assert [message.text for message in kept.context["page"].items] == ["On my way"]
    assert 'aria-current="page">Replies' in kept.content.decode()


def test_days_that_were_kept_are_counted_from_the_day_it_is_opened(
    alices_browser: Client, replies: SavedView, arrive: Texts
) -> None:
    arrive("Old", created_at=timezone.now() - timedelta(days=7))
    arrive("New")

    page = alices_browser.get(replies.get_absolute_url())

    assert [message.text for message in page.context["page"].items] == ["New"]
    assert (page.context["views"].is_changed, page.context["views"].is_new) == (False, False)


def test_ones_own_stand_there_and_the_teams(
    alices_browser: Client, replies: SavedView, bob: User
) -> None:
    SavedView.objects.create(owner=bob, of="communications", name="Secret", query="q=x")
    SavedView.objects.create(owner=bob, of="communications", name="all", query="", is_shared=True)
    SavedView.objects.create(owner=bob, of="contacts", name="Others", query="", is_shared=True)

    assert tabs(alices_browser) == ["all", "Replies"]


def test_a_view_of_the_team_shows_nobody_more_than_they_may_see(
    alices_browser: Client, alice: User, bob: User, carol: Contact, arrive: Texts
) -> None:
    """It keeps what is asked, never what was found."""
    arrive("For the west")
    view = SavedView.objects.create(
        owner=bob, of="communications", name="In", query="direction=inbound", is_shared=True
    )
    west, east = Team.objects.create(name="West"), Team.objects.create(name="East")
    Contact.objects.filter(pk=carol.pk).update(team=west)
    Member.objects.filter(user=alice).update(team=east)

    assert alices_browser.get(view.get_absolute_url()).context["page"].items == []
    Member.objects.filter(user=alice).update(team=west)
    assert len(alices_browser.get(view.get_absolute_url()).context["page"].items) == 1


def test_filtering_on_stays_on_the_view_and_is_kept_by_a_click(
    alices_browser: Client, replies: SavedView
) -> None:
    bar = alices_browser.get(replies.get_absolute_url()).content.decode()
    assert re.search(rf'<input type="hidden" name="view" value="{replies.pk}">', bar)

    asked = {"direction": "inbound", "days": "30", "view": replies.pk}
    changed = alices_browser.get(COMMUNICATIONS, asked)
    assert changed.context["views"].is_changed
    assert f'action="/views/{replies.pk}/keep/"' in changed.content.decode()

    given = {"query": changed.context["views"].query}
    back = alices_browser.post(f"/views/{replies.pk}/keep/", given)

    replies.refresh_from_db()
    assert replies.query == "direction=inbound&days=30"
    assert back["Location"] == replies.get_absolute_url()


def test_it_is_deleted_and_the_list_stays(alices_browser: Client, replies: SavedView) -> None:
    back = alices_browser.post(f"/views/{replies.pk}/delete/")

    assert back["Location"] == COMMUNICATIONS
    assert tabs(alices_browser) == []


def test_the_file_has_what_the_view_shows(
    danas_browser: Client, dana: User, sent: Message, arrive: Texts
) -> None:
    arrive("On my way")
    view = SavedView.objects.create(owner=dana, **REPLIES)

    page = danas_browser.get(view.get_absolute_url()).content.decode()
    href = re.search(r'href="(/communications/export/[^"]*as=csv)"', page)
    assert href
    file = b"".join(danas_browser.get(href[1].replace("&amp;", "&"))).decode()

    assert "On my way" in file
    assert sent.text not in file


def test_twenty_views_cost_as_many_questions_as_none(
    alices_browser: Client, alice: User, django_assert_num_queries: Any
) -> None:
    for n in range(20):
        SavedView.objects.create(owner=alice, of="communications", name=f"View {n}", query="q=a")

    with django_assert_num_queries(6):
        assert len(tabs(alices_browser)) == 20
