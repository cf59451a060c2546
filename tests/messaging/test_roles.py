"""What a role may do besides opening pages, and what pages leave out."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.comments import CommentRefused, post_comment
from contacts.models import Contact, Deal
from contacts.roles import TABLE, WORDS, Right, Role, may, role_of
from messaging import tokens
from messaging.models import Conversation, Message, Number


@pytest.fixture
def iva(alice: User) -> User:
    """Alice, who may only look from now on."""
    alice.member.role = Role.READER
    alice.member.save()
    return alice


@pytest.fixture
def ivas_browser(client: Client, iva: User) -> Client:
    client.force_login(iva)
    return client


def bearer(user: User) -> dict[str, Any]:
    return {"HTTP_AUTHORIZATION": f"Bearer {tokens.issue(user, name='x')[1]}"}


def test_each_role_may_all_that_the_one_before_it_may() -> None:
    reader, agent, manager, admin = (
        TABLE[role] for role in (Role.READER, Role.AGENT, Role.MANAGER, Role.ADMIN)
    )

    assert reader < agent < manager < admin == set(Right) == set(WORDS)


@pytest.mark.parametrize(
    ("flags", "role"),
    [({}, Role.AGENT), ({"is_staff": True}, Role.ADMIN), ({"is_superuser": True}, Role.ADMIN)],
)
def test_who_was_given_no_role_has_the_least_that_works(
    db: None, flags: dict[str, bool], role: Role
) -> None:
    assert role_of(User.objects.create_user("new", **flags)) == role


def test_a_deactivated_person_may_nothing(alice: User) -> None:
    alice.is_active = False

    assert not any(may(alice, right) for right in Right)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/api/v1/contacts", {"first_name": "Ines"}),
        ("post", "/api/v1/messages", {"to": "+12125550123", "text": "Hi"}),
        ("delete", "/api/v1/contacts/1", None),
    ],
)
def test_a_token_may_no_more_than_its_owner(
    iva: User, number: Number, method: str, path: str, body: Any
) -> None:
    call = getattr(Client(), method)

    response = call(path, body, content_type="application/json", **bearer(iva))

    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    assert "Your role, read-only, may not" in response.json()["detail"]
    assert not Message.objects.exists()


def test_a_token_reads_what_its_owner_reads(iva: User) -> None:
    assert Client().get("/api/v1/contacts", **bearer(iva)).status_code == 200


def test_no_dialect_texts_for_who_only_reads(iva: User, number: Number) -> None:
    secret = tokens.issue(iva, name="x")[1]
    text = {"from": number.address, "to": "+12125550123", "message": "Hi", "text": "Hi"}
    browser = Client()

    said = [
        browser.post("/sms/send", text, HTTP_X_AUTH_SMRTPHONE=secret),
        browser.post("/api/sms", text, HTTP_X_API_KEY=secret),
        browser.post(
            "/messages/v1/send",
            {"messages": []},
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {secret}",
        ),
    ]

    assert [response.status_code for response in said] == [403, 200, 401]
    assert said[1].content == b"902"  # their code for a key without that right
    assert not Message.objects.exists()


def test_a_comment_of_who_only_reads_texts_nobody(
    iva: User, carol: Contact, number: Number
) -> None:
    with pytest.raises(CommentRefused, match="Your role, read-only, may not text anybody"):
        post_comment(on=carol, author=iva, body="sms: Hi")


@pytest.mark.parametrize("address", ["/contacts/", "/inbox/", "/communications/", "/broadcasts/"])
def test_a_page_offers_nothing_that_would_be_refused(
    ivas_browser: Client, carol: Contact, roof: Deal, number: Number, bob: User, address: str
) -> None:
    post_comment(on=roof, author=bob, body="sms: Hi")
    row = Conversation.objects.get(contact=carol)

    pages = [
        ivas_browser.get(place).content.decode()
        for place in (address, carol.get_absolute_url(), f"/inbox/?open={row.pk}")
    ]

    for page in pages:
        assert page.count('method="post"') == 1  # to sign out
        assert "/new/" not in page
        assert "/edit/" not in page
        assert "/quick-text/" not in page
        assert "hx-post" not in page


def test_looking_at_a_conversation_leaves_it_unread_for_who_only_reads(
    ivas_browser: Client, carol: Contact, number: Number, bob: User
) -> None:
    post_comment(on=carol, author=bob, body="sms: Hi")
    Conversation.objects.update(unread=1)
    row = Conversation.objects.get()

    ivas_browser.get(f"/inbox/{row.pk}/")

    assert Conversation.objects.get().unread == 1
