"""One thing done to many contacts: whom it reaches, what people are told, and its undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts import bulk, merging
from contacts.bulk import running
from contacts.models import BulkAction, Comment, Contact, Member, Tag
from contacts.roles import Role
from messaging import tasks

BULK = "/contacts/bulk/"
Verb = BulkAction.Verb


@pytest.fixture
def people(db: None, alice: User, bob: User) -> list[Contact]:
    """Five; the first is Alice's and the last has the tag Priority."""
    rows = [Contact.objects.create(first_name=f"Person {n}") for n in range(5)]
    Contact.objects.filter(pk=rows[0].pk).update(owner=alice)
    rows[4].tags.add(Tag.objects.create(name="Priority"))
    return rows


@pytest.fixture
def manager(alice: User) -> None:
    """Alice may send broadcasts."""
    Member.objects.update_or_create(user=alice, defaults={"role": Role.MANAGER})


def send(browser: Client, people: list[Contact], verb: str, **more: Any) -> Any:
    given = {"verb": verb, "pk": [contact.pk for contact in people], **more}
    return browser.post(BULK, given, follow=True)


def undo(browser: Client) -> str:
    action = BulkAction.objects.get()
    page = browser.post(f"{BULK}{action.pk}/undo/", follow=True)
    return str(page.context["bulk"].sentence)


def tagged() -> list[str]:
    names = Contact.objects.filter(tags__name="Priority").order_by("pk")
    return list(names.values_list("first_name", flat=True))


@pytest.mark.storage
def test_a_tag_is_added_to_those_ticked_and_taken_back(
    people: list[Contact], alices_browser: Client
) -> None:
    page = send(alices_browser, people[2:], "tag", tag="priority", query="q=person")

    assert tagged() == ["Person 2", "Person 3", "Person 4"]
    assert "q=person&did=" in page.request["QUERY_STRING"]
    told = "The tag Priority was added to 2 contacts. 1 was so already."
    assert page.context["bulk"].sentence == told
    assert told in page.content.decode()
    assert Comment.objects.on(people[2]).get().body == "set Tag to Priority"
    assert not Comment.objects.on(people[4]).exists()

    words = undo(alices_browser)

    assert tagged() == ["Person 4"]
    assert words.startswith("Undone: the tag Priority was added to 2 contacts.")
    assert Comment.objects.on(people[2]).count() == 2


@pytest.mark.storage
def test_a_tag_is_removed_and_given_back(people: list[Contact], alices_browser: Client) -> None:
    page = send(alices_browser, people, "untag", tag="Priority")
    assert tagged() == []
    assert page.context["bulk"].sentence == (
        "The tag Priority was removed from 1 contact. 4 were so already."
    )

    undo(alices_browser)
    assert tagged() == ["Person 4"]


@pytest.mark.storage
def test_everybody_gets_their_own_owner_back_unless_it_was_changed_since(
    people: list[Contact], alice: User, bob: User, alices_browser: Client
) -> None:
    page = send(alices_browser, people, "owner", owner=bob.pk)
    assert set(Contact.objects.values_list("owner", flat=True)) == {bob.pk}
    assert page.context["bulk"].sentence == "5 contacts now belong to Bob."
    assert Comment.objects.on(people[0]).get().body == "changed Owner from Alice to Bob"
    Contact.objects.filter(pk=people[1].pk).update(owner=alice)

    undo(alices_browser)

    owners = list(Contact.objects.order_by("pk").values_list("owner", flat=True))
    assert owners == [alice.pk, alice.pk, None, None, None]


@pytest.mark.storage
def test_who_was_archived_comes_back_and_who_was_before_stays(
    people: list[Contact], alices_browser: Client
) -> None:
    Contact.objects.filter(pk=people[0].pk).update(archived_at=timezone.now())

    page = send(alices_browser, people[:3], "archive")
    assert page.context["bulk"].sentence == "2 contacts were archived. 1 was so already."
    assert Contact.objects.current().count() == 2

    undo(alices_browser)
    assert list(Contact.objects.archived()) == [people[0]]


@pytest.mark.storage
def test_the_archived_are_brought_back_and_archived_again_as_they_were(
    people: list[Contact], alice: User, alices_browser: Client
) -> None:
    send(alices_browser, people[:3], "archive")
    first = BulkAction.objects.get()
    Contact.objects.filter(pk=people[0].pk).update(archived_at=people[0].created_at)
    merging.merge(people[3], people[4], {}, author=alice)

    page = send(alices_browser, people, "restore", query="archived=archived")
    assert page.context["bulk"].sentence == "3 contacts were brought back. 2 were so already."
    assert set(Contact.objects.archived()) == {people[4]}  # a part of another

    second = BulkAction.objects.latest("pk")
    alices_browser.post(f"{BULK}{second.pk}/undo/")
    assert set(Contact.objects.archived()) == {*people[:3], people[4]}
    assert Contact.objects.get(pk=people[0].pk).archived_at == people[0].created_at
    assert not Comment.objects.on(people[0]).exists()

    alices_browser.post(f"{BULK}{first.pk}/undo/")
    assert set(Contact.objects.archived()) == {people[0], people[4]}


def test_the_list_offers_to_bring_back_only_where_the_archived_are(
    people: list[Contact], alices_browser: Client
) -> None:
    Contact.objects.filter(pk=people[0].pk).update(archived_at=timezone.now())
    pages = [
        alices_browser.get(f"/contacts/?archived={which}").content.decode()
        for which in ("", "all", "archived")
    ]

    assert ['value="restore"' in page for page in pages] == [False, True, True]
    assert ['value="archive"' in page for page in pages] == [True, True, False]


def test_all_that_match_are_counted_and_asked_about_first(
    people: list[Contact], carol: Contact, alices_browser: Client
) -> None:
    given = {"verb": "tag", "tag": "VIP", "everybody": "1", "query": "q=person&cursor=x"}

    asked = alices_browser.post(BULK, given)
    assert "Add the tag VIP to 5 contacts?" in asked.content.decode()
    assert not Tag.objects.filter(name="VIP").exists()

    page = alices_browser.post(BULK, given | {"confirmed": "1"}, follow=True)
    assert page.context["bulk"].sentence == "The tag VIP was added to 5 contacts."
    assert not carol.tags.exists()


def test_a_list_that_cannot_be_read_is_nobody(
    people: list[Contact], alices_browser: Client
) -> None:
    given = {"verb": "archive", "everybody": "1", "confirmed": "1", "query": "owner=777"}

    alices_browser.post(BULK, given)

    assert Contact.objects.current().count() == 5


def test_the_count_is_bounded(
    people: list[Contact], alices_browser: Client, monkeypatch: Any
) -> None:
    assert alices_browser.get(f"{BULK}count/?q=person").content == b"5 contacts"
    monkeypatch.setattr(running, "MOST_COUNTED", 3)
    monkeypatch.setattr(bulk, "MOST_COUNTED", 3)

    assert alices_browser.get(f"{BULK}count/?q=person").content == b"more than 3 contacts"


@pytest.mark.storage
def test_what_takes_longer_goes_on_in_the_background_and_is_undone_there(
    people: list[Contact], alices_browser: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    monkeypatch.setattr(running, "AT_ONCE", -1.0)

    page = send(alices_browser, people, "tag", tag="Priority")
    assert page.context["bulk"].action.state == "running"
    assert "hx-get" in page.content.decode().split('id="bulk-done"')[1][:120]
    assert len(tagged()) == 3

    bulk.work()
    assert len(tagged()) == 5
    undo(alices_browser)
    assert BulkAction.objects.get().state == "undoing"

    bulk.work()
    assert BulkAction.objects.get().state == "undone"
    assert tagged() == ["Person 4"]


@pytest.mark.storage
def test_the_sweep_calls_a_worker_for_what_was_left(
    people: list[Contact], alice: User, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from messaging import background, queue

    called: list[str] = []
    monkeypatch.setattr(queue, "_call", called.append)
    BulkAction.objects.create(author=alice, verb=Verb.ARCHIVE, query="q=")

    with django_capture_on_commit_callbacks(execute=True):
        background.call_for_work()

    assert called[0] == "contacts.bulk.work"
    assert tasks.background is background


def test_a_second_undo_changes_nothing(people: list[Contact], alices_browser: Client) -> None:
    send(alices_browser, people, "tag", tag="Priority")
    undo(alices_browser)
    people[0].tags.add(Tag.objects.get())

    undo(alices_browser)

    assert tagged() == ["Person 0", "Person 4"]


def test_nobody_undoes_what_somebody_else_did(
    people: list[Contact], alices_browser: Client, bob: User
) -> None:
    send(alices_browser, people, "tag", tag="Priority")
    pk = BulkAction.objects.get().pk
    bobs = Client()
    bobs.force_login(bob)

    assert bobs.post(f"{BULK}{pk}/undo/").status_code == 404
    assert bobs.get("/contacts/", {"did": pk}).context["bulk"] is None


def test_those_ticked_are_texted_by_a_broadcast(
    people: list[Contact], alices_browser: Client, manager: None
) -> None:
    page = send(alices_browser, people[1:3], "text")

    pks = f"{people[1].pk}-{people[2].pk}"
    assert page.request["PATH_INFO"] == "/broadcasts/new/"
    assert page.context["form"]["query"].value() == f"ids={pks}"
    found = alices_browser.get("/contacts/", {"ids": pks}).context["page"].items
    assert found == people[1:3]


def test_two_that_were_ticked_are_merged_on_a_page(
    people: list[Contact], alices_browser: Client
) -> None:
    page = send(alices_browser, people[:2], "merge")
    wrong = send(alices_browser, people[:3], "merge")

    assert (page.context["keep"], page.context["gone"]) == (people[0], people[1])
    assert "Tick the two that are one person." in wrong.content.decode()


def test_all_that_match_are_texted_by_a_broadcast(
    people: list[Contact], alices_browser: Client, manager: None
) -> None:
    page = send(alices_browser, [], "text", everybody="1", query="tag=3")

    assert page.context["form"]["query"].value() == "tag=3"


def test_who_may_not_send_broadcasts_is_not_led_there(
    people: list[Contact], alice: User, alices_browser: Client
) -> None:
    Member.objects.update_or_create(user=alice, defaults={"role": Role.AGENT})

    assert send(alices_browser, people, "text").status_code == 403
    assert "Text them" not in alices_browser.get("/contacts/").content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"verb": "tag", "tag": "VIP"}, "Tick somebody first."),
        ({"verb": "tag", "pk": "1"}, "Write which tag."),
        ({"verb": "tag", "pk": "1", "tag": "a, b"}, "Write one tag of at most 40 letters."),
        ({"verb": "tag", "pk": "1", "tag": "x" * 41}, "Write one tag of at most 40 letters."),
        ({"verb": "owner", "pk": "1", "owner": "777"}, "Select a valid choice."),
        ({"verb": "explode", "pk": "1"}, "Select a valid choice."),
        ({"verb": "archive", "everybody": "1", "query": "q=" + "ä" * 900}, "too many filters"),
        ({"verb": "archive", "pk": "x"}, "Tick somebody first."),
    ],
)
def test_what_cannot_be_done_is_said_above_the_list(
    given: dict[str, str], words: str, people: list[Contact], alices_browser: Client
) -> None:
    page = alices_browser.post(BULK, given, follow=True)

    assert words in page.content.decode()
    assert not BulkAction.objects.exists()


@pytest.mark.parametrize("did", ["x", "0", "9" * 30, "\x00"])
def test_an_unknown_action_is_only_the_list(did: str, alices_browser: Client) -> None:
    assert alices_browser.get("/contacts/", {"did": did}).context["bulk"] is None


def test_many_cost_few_statements(
    alice: User, django_assert_max_num_queries: Any, people: list[Contact]
) -> None:
    Contact.objects.bulk_create(
        Contact(first_name="Many", name=f"Many {n}", sort_name=f"many {n}") for n in range(400)
    )
    tag = Tag.objects.get()

    with django_assert_max_num_queries(39):
        bulk.start(BulkAction(author=alice, verb=Verb.TAG, tag=tag, query="q=many"))

    assert len(tagged()) == 401
