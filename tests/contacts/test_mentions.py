"""@mentions: who is told, by what, and who is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from contacts import mentions
from contacts.comments import post_comment
from contacts.models import Comment, Contact, Notification

LIST, READ = reverse("contacts:notification-list"), reverse("contacts:notification-read")


@pytest.fixture
def mention(carol: Contact, alice: User, bob: User) -> Notification:
    """Alice mentioned Bob on Carol."""
    post_comment(on=carol, author=alice, body="Can you call her, @bob?")
    return Notification.objects.get()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("@bob please", ["bob"]),
        ("ask @Bob.", ["bob"]),
        ("(@bob) and @bob, @anna-b", ["bob", "anna-b"]),
        ("bob@example.com is no mention", []),
        ("a@bob nor @@bob", []),
        ("@ alone, @. and @-", []),
        ("", []),
    ],
)
def test_a_name_behind_an_at_is_a_mention(body: str, named: list[str]) -> None:
    assert mentions.names(body) == named


def test_a_comment_tells_few_people_at_most() -> None:
    body = " ".join(f"@person{i}" for i in range(100))

    assert len(mentions.names(body)) == mentions.MOST


def test_a_mention_is_told_once_and_by_the_bell(
    mention: Notification, bob: User, bobs_browser: Client
) -> None:
    page = bobs_browser.get("/contacts/").content.decode()

    assert mention.user == bob
    assert '<span class="count">1<span class="visually-hidden"> unread</span></span></a>' in page


def test_nobody_tells_themselves_nor_somebody_who_left(
    carol: Contact, alice: User, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)

    post_comment(on=carol, author=alice, body="@alice @bob @nobody")

    assert not Notification.objects.exists()


def test_what_is_texted_tells_nobody(carol: Contact, alice: User, bob: User, number: Any) -> None:
    post_comment(on=carol, author=alice, body="sms: write to @bob")

    assert Comment.objects.get().kind == "track"
    assert not Notification.objects.exists()


def test_opening_one_leads_to_the_comment_and_reads_it(
    mention: Notification, bobs_browser: Client, carol: Contact
) -> None:
    listed = bobs_browser.get(LIST).content.decode()
    url = reverse("contacts:notification-open", args=[mention.pk])
    answer = bobs_browser.get(url)

    mention.refresh_from_db()
    target = f"{carol.get_absolute_url()}?tab=activity#comment-{mention.comment_id}"
    assert url in listed
    assert "Alice on Carol Finch" in listed
    assert answer["Location"] == target
    assert mention.read_at


def test_all_are_read_at_once(mention: Notification, bobs_browser: Client) -> None:
    assert bobs_browser.get(READ).status_code == 405

    bobs_browser.post(READ)

    assert not Notification.objects.unread().exists()


def test_a_notification_is_its_readers_alone(mention: Notification, alices_browser: Client) -> None:
    url = reverse("contacts:notification-open", args=[mention.pk])

    assert alices_browser.get(url).status_code == 404
    assert "Nobody mentioned you yet" in alices_browser.get(LIST).content.decode()
    alices_browser.post(READ)
    assert Notification.objects.unread().exists()


@pytest.mark.parametrize("url", [LIST, reverse("contacts:team-suggest")])
def test_a_stranger_sees_no_name(client: Client, alice: User, url: str) -> None:
    assert client.get(url)["Location"].startswith("/login/")


def test_a_deleted_comment_takes_its_notification_along(mention: Notification) -> None:
    Comment.objects.all().delete()

    assert not Notification.objects.exists()


def test_an_email_is_sent_where_there_is_a_server(
    carol: Contact,
    alice: User,
    bob: User,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    User.objects.filter(pk=bob.pk).update(email="bob@larkmoor.example")
    Contact.objects.update(first_name="Carol\nFinch")

    with django_capture_on_commit_callbacks(execute=True):
        post_comment(on=carol, author=alice, body="@bob without a server")
    settings.EMAIL_URL = "smtp://mail.example"
    with django_capture_on_commit_callbacks(execute=True):
        post_comment(on=carol, author=alice, body="@bob with one")

    [written] = mail.outbox
    assert written.to == ["bob@larkmoor.example"]
    assert written.subject == "Alice mentioned you on Carol Finch"
    assert "@bob with one" in written.body
    assert "http://127.0.0.1:8000/contacts/" in written.body


def test_a_server_that_fails_is_a_line_in_the_log(
    carol: Contact,
    alice: User,
    bob: User,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
    caplog: Any,
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    User.objects.filter(pk=bob.pk).update(email="bob@larkmoor.example")

    with django_capture_on_commit_callbacks(execute=True):
        post_comment(on=carol, author=alice, body="@bob hello")

    assert "was not written to: ConnectionRefusedError" in caplog.text
    assert "larkmoor" not in caplog.text
    assert Notification.objects.exists()


def test_names_are_completed_by_user_name_or_name(alices_browser: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(last_name="Reyes")
    url = reverse("contacts:team-suggest")

    for typed in ("bo", "BOB", "rey"):
        found = alices_browser.get(url, {"q": typed}).content.decode()
        assert 'data-name="bob"' in found
        assert 'data-name="alice"' not in found
