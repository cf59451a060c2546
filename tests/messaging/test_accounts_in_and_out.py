"""Sessions that are seen and ended, forgotten passwords, invitations, and people shut out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from contacts.models import Member
from contacts.roles import Role
from messaging import accounts, tasks, tokens
from messaging.models import Invitation, ResetRequest, SignIn
from tests.privacy.conftest import traces

GOOD, NEW = "a-long-pass-phrase", "a-new-long-pass-phrase"


@pytest.fixture
def mails(settings: Any) -> list[Any]:
    """A mail server is set up; what it was given."""
    settings.EMAIL_URL = "smtp://localhost"
    return mail.outbox


@pytest.fixture
def dana(db: None) -> User:
    return User.objects.create_user("dana", first_name="Dana", password=GOOD, is_staff=True)


def browser_of(user: User, agent: str = "") -> Client:
    browser = Client(headers={"user-agent": agent})
    browser.post("/login/", {"username": user.username, "password": GOOD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/contacts/").status_code == 200


def test_the_profile_lists_where_one_is_signed_in(alice: User, bob: User) -> None:
    desk, phone = browser_of(alice, "Desk browser"), browser_of(alice, "Phone browser")
    browser_of(bob, "Somebody else's")

    page = desk.get("/settings/").content.decode()

    assert "Desk browser" in page
    assert "Phone browser" in page
    assert "Somebody else's" not in page
    assert page.count("This one") == 1
    assert is_in(phone)


def test_a_session_is_ended_from_another_at_once(alice: User) -> None:
    desk, phone = browser_of(alice, "Desk"), browser_of(alice, "Phone")

    desk.post(f"/settings/sessions/{SignIn.objects.get(agent='Phone').pk}/end/")

    assert (is_in(desk), is_in(phone)) == (True, False)
    assert "Phone" not in desk.get("/settings/").content.decode()


def test_all_others_are_ended_at_once(alice: User) -> None:
    desk, phone, tablet = (browser_of(alice) for _ in range(3))

    desk.post("/settings/sessions/end/")

    assert (is_in(desk), is_in(phone), is_in(tablet)) == (True, False, False)


def test_nobody_ends_somebody_elses(alice: User, bob: User) -> None:
    hers, his = browser_of(alice), browser_of(bob)

    answer = his.post(f"/settings/sessions/{SignIn.objects.get(user=alice).pk}/end/")

    assert answer.status_code == 404
    assert is_in(hers)


def test_a_new_password_ends_the_others_and_keeps_this_one_listed(alice: User) -> None:
    desk, phone = browser_of(alice, "Desk"), browser_of(alice, "Phone")

    said = {"old_password": GOOD, "new_password1": NEW, "new_password2": NEW}
    desk.post("/settings/password/", said)

    assert (is_in(desk), is_in(phone)) == (True, False)
    page = desk.get("/settings/").content.decode()
    assert "Desk" in page
    assert "This one" in page


def test_signing_out_takes_it_from_the_list(alice: User) -> None:
    browser_of(alice).post("/logout/")

    assert not SignIn.objects.exists()


@pytest.mark.parametrize("way", ["settings", "admin"])
def test_who_is_deactivated_is_out_at_once(alice: User, way: str) -> None:
    browser, (_, secret) = browser_of(alice), tokens.issue(alice, name="x")
    key = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", headers=key).status_code == 200

    if way == "settings":
        accounts.deactivate(alice)
    else:
        User.objects.filter(pk=alice.pk).update(is_active=False)

    assert not is_in(browser)
    assert browser.get("/live/?page=inbox").status_code == 401
    assert Client().get("/api/v1/me", headers=key).status_code == 401


def test_who_comes_back_finds_nothing_of_before(alice: User) -> None:
    Member.objects.update_or_create(user=alice, defaults={"role": Role.ADMIN})
    browser, (_, secret) = browser_of(alice), tokens.issue(alice, name="x")
    admin = User.objects.create_superuser("root")
    invitation = invite(browser)

    accounts.deactivate(alice)
    accounts.keep(alice, Role.ADMIN, password=GOOD)

    assert admin.pk
    assert not is_in(browser)
    key = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", headers=key).status_code == 401
    assert Client().get(invitation).status_code == 410


def ask(email: str, **more: Any) -> str:
    """What the page says, without what differs from request to request."""
    answer = Client().post("/password/forgotten/", {"email": email}, **more)
    assert answer.status_code == 200
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_a_forgotten_password_is_renewed_by_mail(alice: User, mails: list[Any]) -> None:
    User.objects.update(email="alice@team.example")
    old = browser_of(alice)
    ask("Alice@team.example")
    tasks.letters()

    (letter,) = mails
    assert letter.to == ["alice@team.example"]
    link = re.search(r"http://127\.0\.0\.1:8000(/password/new/\S+)", letter.body)
    assert link
    browser = Client()
    page = browser.get(link[1], follow=True)
    said = {"new_password1": NEW, "new_password2": NEW}
    answer = browser.post(page.redirect_chain[-1][0], said, follow=True)

    assert "Your password is new: sign in with it." in answer.content.decode()
    assert not is_in(old)
    again = Client().get(link[1], follow=True).content.decode()
    assert "This link was used already, or its hour is over." in again
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_a_link_is_good_for_an_hour(alice: User, mails: list[Any]) -> None:
    User.objects.update(email="alice@team.example")
    ask("alice@team.example")
    tasks.letters()
    link = re.search(r":8000(/password/new/\S+)", mails[0].body)
    assert link

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        page = Client().get(link[1], follow=True).content.decode()

    assert "its hour is over" in page


@pytest.mark.django_db
def test_nobody_learns_who_has_an_account(
    alice: User, mails: list[Any], django_assert_num_queries: Any
) -> None:
    User.objects.update(email="alice@team.example")

    known, unknown = ask("alice@team.example"), ask("nobody@team.example")

    assert known == unknown
    assert mails == [], "no mail is written while they wait"
    assert ResetRequest.objects.count() == 2, "and as much is stored"
    tasks.letters()
    assert len(mails) == 1


def test_letters_are_few_and_each_is_written_once(alice: User, mails: list[Any]) -> None:
    User.objects.update(email="alice@team.example")
    for _ in range(5):
        ask("alice@team.example")
    tasks.letters()
    tasks.letters()
    assert len(mails) == 3

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        ask("alice@team.example")
        tasks.letters()
    assert len(mails) == 4


def test_from_one_place_only_so_many_addresses_are_tried(
    alice: User, bob: User, mails: list[Any]
) -> None:
    User.objects.filter(pk=bob.pk).update(email="bob@team.example")
    for n in range(20):
        ask(f"{n}@team.example")
    ask("bob@team.example")
    tasks.letters()
    assert mails == []

    ask("bob@team.example", REMOTE_ADDR="192.0.2.9")
    tasks.letters()
    assert len(mails) == 1


def test_who_was_shut_out_gets_no_letter(alice: User, mails: list[Any]) -> None:
    User.objects.update(email="alice@team.example", is_active=False)
    ask("alice@team.example")
    tasks.letters()

    assert mails == []


@pytest.mark.django_db
def test_without_a_mail_server_the_page_says_whom_to_ask() -> None:
    page = Client().post("/password/forgotten/", {"email": "a@b.example"}).content.decode()

    assert "ask whoever runs smscrm" in page
    assert not ResetRequest.objects.exists()


def invite(browser: Client, **more: str) -> str:
    """The path of the link that is shown."""
    page = browser.post("/settings/invitations/", {"email": "", "role": "agent"} | more)
    found = re.search(r'value="http://127\.0\.0\.1:8000(/invitation/\S+/)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def accept(link: str, name: str = "eve", password: str = NEW) -> tuple[Client, Any]:
    browser = Client()
    said = {"username": name, "password": password, "first_name": "Eve"}
    return browser, browser.post(link, said)


def test_an_invitation_makes_one_account_with_its_role(danas_browser: Client) -> None:
    link = invite(danas_browser, role="reader", email="eve@team.example")

    assert "You are invited as read-only." in Client().get(link).content.decode()
    browser, answer = accept(link)

    assert answer["Location"] == "/"
    eve = User.objects.get(username="eve")
    assert (eve.member.role, eve.email, eve.is_staff) == (Role.READER, "eve@team.example", False)
    assert is_in(browser)
    assert accept(link, "mallory")[1].status_code == 410
    assert not User.objects.filter(username="mallory").exists()


def test_it_is_over_after_a_week_or_once_it_is_revoked(danas_browser: Client) -> None:
    late, revoked = invite(danas_browser), invite(danas_browser)
    row = Invitation.objects.latest("pk")
    danas_browser.post(f"/settings/invitations/{row.pk}/revoke/")
    assert Client().get(revoked).status_code == 410

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert accept(late)[1].status_code == 410
    assert not User.objects.filter(username="eve").exists()


def test_a_weak_password_or_a_taken_name_is_said_and_nothing_is_used_up(
    danas_browser: Client,
) -> None:
    link = invite(danas_browser)

    weak = accept(link, password="12345")[1]
    taken = accept(link, name="dana")[1]

    assert (weak.status_code, taken.status_code) == (422, 422)
    assert "too short" in weak.content.decode()
    assert "already exists" in taken.content.decode()
    assert accept(link)[1].status_code == 302


def test_with_a_mail_server_it_is_mailed_and_not_shown(
    danas_browser: Client, mails: list[Any]
) -> None:
    said = {"email": "eve@team.example", "role": "agent"}

    page = danas_browser.post("/settings/invitations/", said, follow=True).content.decode()

    (letter,) = mails
    link = re.search(r":8000(/invitation/\S+)", letter.body)
    assert link
    assert letter.to == ["eve@team.example"]
    assert link[1] not in page
    assert "on its way to eve@team.example" in page
    assert accept(link[1])[1].status_code == 302


def test_only_a_digest_of_the_link_is_kept(danas_browser: Client) -> None:
    secret = invite(danas_browser).split("/")[2]

    assert traces(secret) == []


def test_only_who_manages_people_invites(client: Client, alice: User) -> None:
    Member.objects.update_or_create(user=alice, defaults={"role": Role.MANAGER})
    client.force_login(alice)

    assert client.get("/settings/invitations/").status_code == 403
    assert client.post("/settings/invitations/", {"role": "admin"}).status_code == 403
    assert not Invitation.objects.exists()
