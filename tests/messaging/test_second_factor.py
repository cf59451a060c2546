"""A password alone does not let in who has an authenticator, nor who has to have one."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from contacts.models import Member
from contacts.roles import Role
from messaging.models import RecoveryCode
from messaging.signing_in import second_factor
from tests.privacy.conftest import traces

GOOD = "a-long-pass-phrase"
PAGE = "/settings/second-factor/"


@pytest.fixture
def production(settings: Any) -> None:
    settings.DEMO = False


@pytest.fixture
def alice(db: None) -> User:
    """An agent here, who need not have one."""
    user = User.objects.create_user("alice", password=GOOD)
    Member.objects.create(user=user, role=Role.AGENT)
    return user


@pytest.fixture
def dana(db: None) -> User:
    """An admin."""
    return User.objects.create_user("dana", password=GOOD, is_staff=True)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel("2026-11-27T10:00:00Z", tick=False) as clock:
        yield clock


def code(user: User, device: TOTPDevice | None = None) -> str:
    """What their app shows now."""
    device = device or TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key):06}"


def set_up(browser: Client, user: User) -> list[str]:
    """Scan, type a code, and read the recovery codes."""
    browser.get(PAGE)
    answer = browser.post(PAGE, {"code": code(user)})
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", answer.content.decode())


def sign_in(user: User, **more: str) -> tuple[Client, Any]:
    browser = Client()
    said = {"username": user.username, "password": GOOD} | more
    return browser, browser.post("/login/", said)


@pytest.fixture
def armed(alice: User, clock: Any) -> list[str]:
    """Alice's recovery codes; her app's next code is new."""
    browser = Client()
    browser.force_login(alice)
    codes = set_up(browser, alice)
    clock.shift(60)
    return codes


def test_a_password_is_not_enough_and_a_code_is(armed: list[str], alice: User) -> None:
    browser, answer = sign_in(alice, next="/deals/")

    assert answer["Location"] == "/login/code/?next=%2Fdeals%2F"
    assert browser.get("/contacts/")["Location"].startswith("/login/")
    page = browser.get(answer["Location"]).content.decode()
    assert 'name="next" value="/deals/"' in page

    wrong = browser.post("/login/code/", {"code": "000000"})
    assert "That code does not fit" in wrong.content.decode()
    assert browser.get("/contacts/")["Location"].startswith("/login/")


def test_the_right_code_leads_where_they_wanted_to_go(
    armed: list[str], alice: User, clock: Any
) -> None:
    for wanted, place in (("/deals/", "/deals/"), ("https://evil.example/", "/")):
        clock.shift(60)
        browser, _ = sign_in(alice)

        said = browser.post("/login/code/", {"code": code(alice), "next": wanted})

        assert said["Location"] == place
        assert browser.get("/contacts/").status_code == 200


def test_a_code_is_good_once(armed: list[str], alice: User) -> None:
    shown = code(alice)
    first, _ = sign_in(alice)
    second, _ = sign_in(alice)

    assert first.post("/login/code/", {"code": shown}).status_code == 302
    assert second.post("/login/code/", {"code": shown}).status_code == 200
    assert second.get("/contacts/").status_code == 302


def test_guessing_codes_is_slowed_down_and_ends(armed: list[str], alice: User, clock: Any) -> None:
    browser, _ = sign_in(alice)
    browser.post("/login/code/", {"code": "000000"})
    at_once = browser.post("/login/code/", {"code": code(alice)})
    for _ in range(8):
        browser.post("/login/code/", {"code": "000000"})

    assert at_once.status_code == 200, "not even the right one, right after a wrong one"
    assert browser.post("/login/code/", {"code": "1"})["Location"] == "/login/"


def test_the_password_has_to_be_typed_shortly_before(
    armed: list[str], alice: User, clock: Any
) -> None:
    late, _ = sign_in(alice)
    clock.shift(601)
    assert late.post("/login/code/", {"code": code(alice)})["Location"] == "/login/"

    browser, _ = sign_in(alice)
    alice.set_password("another-pass-phrase")
    alice.save()
    assert browser.post("/login/code/", {"code": code(alice)})["Location"] == "/login/"


def test_each_recovery_code_signs_in_once(armed: list[str], alice: User) -> None:
    assert len(set(armed)) == 10

    for answer in (302, 200):
        browser, _ = sign_in(alice)
        said = browser.post("/login/code/", {"code": f" {armed[0].upper()} "})
        assert said.status_code == answer
    other, _ = sign_in(alice)
    assert other.post("/login/code/", {"code": armed[1]}).status_code == 302
    assert RecoveryCode.objects.count() == 8


def test_the_database_does_not_hold_recovery_codes(armed: list[str]) -> None:
    assert traces(*armed, *(code.replace("-", "") for code in armed)) == []


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER])
def test_who_manages_sees_nothing_before_they_have_one(
    production: None, client: Client, alice: User, clock: Any, role: Role
) -> None:
    alice.member.role = role
    alice.member.save()
    client.force_login(alice)

    assert client.get("/contacts/")["Location"] == PAGE
    assert client.post("/contacts/new/", {"first_name": "X"})["Location"] == PAGE
    assert client.get("/live/?page=inbox").status_code == 401
    assert client.get("/admin/")["Location"] == PAGE
    assert "Your role needs one before you go on." in client.get(PAGE).content.decode()

    assert len(set_up(client, alice)) == 10
    assert client.get("/contacts/").status_code == 200


def test_a_session_from_before_has_to_show_a_code(
    production: None, client: Client, dana: User, clock: Any
) -> None:
    """Say, of somebody who was made an admin while signed in."""
    other = Client()
    other.force_login(dana)
    set_up(other, dana)
    clock.shift(60)
    client.force_login(dana)

    assert client.get("/contacts/")["Location"] == PAGE
    assert client.post(PAGE, {"code": "000000"}).status_code == 422
    clock.shift(5)
    assert client.post(PAGE, {"code": code(dana)})["Location"] == "/"
    assert client.get("/contacts/").status_code == 200


@pytest.mark.parametrize(("demo", "wanted"), [(True, True), (False, False)])
def test_nobody_has_to_in_demo_mode_or_where_it_is_not_wanted(
    client: Client, dana: User, settings: Any, demo: bool, wanted: bool
) -> None:
    settings.DEMO, settings.REQUIRE_2FA = demo, wanted
    client.force_login(dana)

    assert client.get("/contacts/").status_code == 200


def test_an_agent_need_not_have_one(production: None, client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get("/contacts/").status_code == 200


def test_turning_it_off_takes_a_code_and_is_not_for_who_needs_it(
    armed: list[str], alice: User, client: Client, settings: Any
) -> None:
    client.force_login(alice)

    assert client.post(PAGE, {"do": "off", "code": "abc"}).status_code == 422
    assert TOTPDevice.objects.exists()
    settings.DEMO = False
    Member.objects.update(role=Role.MANAGER)
    refused = client.post(PAGE, {"do": "off", "code": armed[0]})
    assert "cannot be turned off" in refused.content.decode()
    settings.DEMO = True
    assert client.post(PAGE, {"do": "off", "code": armed[0]})["Location"] == "/settings/"
    assert not TOTPDevice.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_new_recovery_codes_replace_the_old_ones(
    armed: list[str], alice: User, client: Client
) -> None:
    client.force_login(alice)

    page = client.post(PAGE, {"do": "codes", "code": code(alice)}).content.decode()

    assert page.count("<li><code>") == 10
    assert not second_factor.passes(alice, armed[0])


def test_the_admin_has_no_way_in_of_its_own(client: Client, armed: list[str], alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)

    answer = client.post("/admin/login/?next=/admin/", {"username": "alice", "password": GOOD})

    assert answer["Location"] == "/login/?next=/admin/"
    assert "_auth_user_id" not in client.session


def test_the_secret_is_in_no_page_once_it_is_set_up(
    armed: list[str], alice: User, client: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client.force_login(alice)
    device = TOTPDevice.objects.get()

    assert '<svg class="qr"' not in client.get(PAGE).content.decode()
    assert client.get(f"/admin/otp_totp/totpdevice/{device.pk}/change/").status_code == 404


def test_a_lost_phone_is_forgotten_by_a_command(armed: list[str], alice: User) -> None:
    call_command("forget_second_factor", "alice")

    _, answer = sign_in(alice)
    assert answer["Location"] == "/"
    with pytest.raises(CommandError, match="no user “nobody”"):
        call_command("forget_second_factor", "nobody")
