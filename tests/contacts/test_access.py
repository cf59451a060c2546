"""Who gets to see a page, and by which method: one line per view."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Comment, Contact

NOUNS = ["contact", "company", "deal"]
PAGES = [
    *[(f"contacts:{noun}-{verb}", False) for noun in NOUNS for verb in ("list", "create")],
    *[(f"contacts:{noun}-{verb}", True) for noun in NOUNS for verb in ("detail", "edit", "delete")],
    *[(f"contacts:{name}-suggest", False) for name in ("contact", "company", "tag")],
    ("contacts:comment-edit", True),
    ("contacts:comment-delete", True),
]
ACTIONS = [f"contacts:{noun}-archive" for noun in NOUNS]
UNKNOWN = [0, 999_999, 10**30]


@pytest.fixture
def things(carol: Contact, bakery: Any, roof: Any, alice: Any) -> dict[str, int]:
    """One record of every type, and a comment of Alice's on Carol."""
    comment = Comment.objects.create(record=carol, author=alice, body="Called her")
    return {"contact": carol.pk, "company": bakery.pk, "deal": roof.pk, "comment": comment.pk}


def address(name: str, things: dict[str, int]) -> str:
    return reverse(name, args=[things[name.split(":")[1].split("-")[0]]])


@pytest.mark.parametrize(("name", "has_pk"), PAGES)
def test_a_colleague_may_see_every_page_and_a_stranger_none(
    name: str, has_pk: bool, things: dict[str, int], alices_browser: Client
) -> None:
    url = address(name, things) if has_pk else reverse(name)

    colleague = alices_browser.get(url)
    stranger = Client().get(url)

    assert colleague.status_code == 200
    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", [name for name, has_pk in PAGES if has_pk])
@pytest.mark.parametrize("pk", UNKNOWN)
def test_an_unknown_record_is_not_there(
    name: str, pk: int, things: dict[str, int], alices_browser: Client
) -> None:
    assert alices_browser.get(reverse(name, args=[pk])).status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_archiving_is_a_post_of_a_colleague(
    name: str, things: dict[str, int], alices_browser: Client
) -> None:
    url = address(name, things)

    by_get = alices_browser.get(url)
    by_stranger = Client().post(url)
    unknown = alices_browser.post(reverse(name, args=[999_999]))

    assert by_get.status_code == 405
    assert by_stranger["Location"].startswith(reverse("login"))
    assert unknown.status_code == 404
    assert not Contact.objects.archived().exists()


@pytest.mark.parametrize("name", ["contacts:contact-list", "contacts:contact-suggest"])
def test_lists_are_only_read(name: str, alices_browser: Client) -> None:
    assert alices_browser.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("noun", NOUNS)
def test_a_stranger_changes_nothing(noun: str, things: dict[str, int]) -> None:
    url = address(f"contacts:{noun}-delete", things)

    Client().post(url)
    Client().post(address(f"contacts:{noun}-detail", things), {"body": "hello"})

    assert Contact.objects.count() == 1
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("model", ["contact", "company", "deal", "phone", "tag", "comment"])
def test_the_admin_lists_and_opens_every_model(
    model: str, things: dict[str, int], admin_client: Client, carol: Contact
) -> None:
    things |= {"phone": carol.phones.get().pk, "tag": carol.tags.create(name="Priority").pk}

    found = admin_client.get(reverse(f"admin:contacts_{model}_changelist"))
    one = admin_client.get(reverse(f"admin:contacts_{model}_change", args=[things[model]]))

    assert (found.status_code, one.status_code) == (200, 200)


def test_the_admin_cannot_write_comments(things: dict[str, int], admin_client: Client) -> None:
    url = reverse("admin:contacts_comment_change", args=[things["comment"]])

    answer = admin_client.post(url, {"body": "sms: hello", "kind": "track"})

    assert answer.status_code == 403
    assert Comment.objects.get().body == "Called her"
