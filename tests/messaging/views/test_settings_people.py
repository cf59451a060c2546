"""People: what they may do, and that nothing of a deactivated person opens anything."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contacts.models import Member
from contacts.roles import Role, role_of
from messaging import accounts, tokens
from messaging.models import Scope, Token

PASSWORD = "nine-blue-otters-swim"
IVA = {"username": "iva", "first_name": "Iva", "last_name": "", "email": "", "role": "agent"}


def signs_in(username: str, password: str) -> bool:
    said = Client().post("/login/", {"username": username, "password": password})
    return said.status_code == 302


def edit(browser: Client, user: User, **more: str) -> object:
    form = {name: getattr(user, name) for name in ("username", "first_name", "email")}
    return browser.post(
        reverse("settings:person-edit", args=[user.pk]),
        form | {"last_name": "", "role": role_of(user) or "agent", **more},
    )


def test_a_person_is_added_and_signs_in(danas_browser: Client) -> None:
    danas_browser.post(reverse("settings:person-create"), IVA | {"password": PASSWORD})

    assert signs_in("iva", PASSWORD)
    assert role_of(User.objects.get(username="iva")) == Role.AGENT


def test_a_weak_password_is_refused_under_its_field(danas_browser: Client) -> None:
    response = danas_browser.post(reverse("settings:person-create"), IVA | {"password": "12345678"})

    assert response.status_code == 422
    assert "too common" in response.content.decode()
    assert not User.objects.filter(username="iva").exists()


def test_the_list_shows_everybody_with_their_role(danas_browser: Client, alice: User) -> None:
    page = danas_browser.get(reverse("settings:person-list")).content.decode()

    assert "alice" in page
    assert "Manager" in page
    assert "dana" in page


def test_a_role_holds_from_the_next_click(
    danas_browser: Client, alice: User, alices_browser: Client
) -> None:
    quick = reverse("messaging:quick-text")
    before = alices_browser.get(quick).status_code

    edit(danas_browser, alice, role="reader")

    assert (before, alices_browser.get(quick).status_code) == (200, 403)


def test_deactivating_ends_sessions_and_tokens_at_once(
    danas_browser: Client, alice: User, alices_browser: Client
) -> None:
    _, secret = tokens.issue(alice, name="Script", scopes=[Scope.READ])
    api = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", **api).status_code == 200  # type: ignore[arg-type]

    danas_browser.post(reverse("settings:person-deactivate", args=[alice.pk]))

    assert alices_browser.get("/contacts/")["Location"].startswith("/login/")
    assert Client().get("/api/v1/me", **api).status_code == 401  # type: ignore[arg-type]
    assert not signs_in("alice", "a-long-pass-phrase")


def test_what_was_dead_stays_dead_after_somebody_is_let_in_again(
    danas_browser: Client, alice: User, alices_browser: Client
) -> None:
    _, secret = tokens.issue(alice, name="Script", scopes=[Scope.READ])
    danas_browser.post(reverse("settings:person-deactivate", args=[alice.pk]))
    alice.refresh_from_db()

    without = edit(danas_browser, alice)
    edit(danas_browser, alice, password=PASSWORD)

    assert without.status_code == 422  # type: ignore[attr-defined]
    assert signs_in("alice", PASSWORD)
    assert alices_browser.get("/contacts/").status_code == 302
    assert tokens.find(secret) is None
    assert Member.objects.get(user=alice).role == Role.AGENT


def test_a_new_password_ends_the_sessions_that_began_with_the_old(
    danas_browser: Client, alice: User, alices_browser: Client
) -> None:
    edit(danas_browser, alice, password=PASSWORD)

    assert alices_browser.get("/contacts/").status_code == 302


@pytest.mark.parametrize("role", ["manager", "reader"])
def test_the_last_admin_stays_one(danas_browser: Client, dana: User, role: str) -> None:
    response = edit(danas_browser, dana, role=role)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert accounts.LAST_ADMIN in response.content.decode()  # type: ignore[attr-defined]
    assert role_of(User.objects.get(pk=dana.pk)) == Role.ADMIN


def test_nobody_shuts_out_themselves(danas_browser: Client, dana: User, alice: User) -> None:
    Member.objects.filter(user=alice).update(role=Role.ADMIN)

    response = danas_browser.post(reverse("settings:person-deactivate", args=[dana.pk]))

    assert response.status_code == 404


def test_an_admin_who_becomes_something_else_is_no_superuser_any_more(
    danas_browser: Client, db: None
) -> None:
    root = User.objects.create_superuser("root")

    edit(danas_browser, root, role="agent")

    root = User.objects.get(pk=root.pk)
    assert role_of(root) == Role.AGENT
    assert not root.is_superuser


def test_an_admin_revokes_a_token_of_somebody_else(danas_browser: Client, alice: User) -> None:
    token, _ = tokens.issue(alice, name="Script", scopes=[Scope.READ])

    page = danas_browser.get(reverse("settings:person-edit", args=[alice.pk])).content.decode()
    danas_browser.post(reverse("settings:token-revoke", args=[token.pk]))

    assert "Script" in page
    assert Token.objects.get(pk=token.pk).revoked_at


def test_a_manager_revokes_only_their_own(alices_browser: Client, bob: User) -> None:
    token, _ = tokens.issue(bob, name="Script", scopes=[Scope.READ])

    response = alices_browser.post(reverse("settings:token-revoke", args=[token.pk]))

    assert response.status_code == 404
