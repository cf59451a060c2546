"""The settings: who may open them, and what one person sets for themselves."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from messaging.models import Delivery, Event, Hook, Number, Preference, Recipient

PROFILE, PASSWORD = reverse("settings:profile"), reverse("settings:password")
DAVID = "+12125550147"
EVERYBODYS = [
    "profile",
    "password",
    "token-list",
    "token-create",
    "attention",
    "optout-list",
    "optout-create",
]
STAFFS = ["gateway-list", "event-list", "hours", "hook-list", "hook-create"]
TYPED = {"first_name": "Alicia", "last_name": "Brandt", "email": "", "time_zone": "berlin"}


@pytest.mark.parametrize("name", EVERYBODYS)
def test_everybody_signed_in_may_open_it_and_a_stranger_may_not(
    alices_browser: Client, name: str
) -> None:
    url = reverse(f"settings:{name}")

    assert alices_browser.get(url).status_code == 200
    assert Client().get(url)["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("name", STAFFS)
def test_what_concerns_the_installation_is_for_who_runs_it(
    alices_browser: Client, danas_browser: Client, name: str
) -> None:
    url = reverse(f"settings:{name}")

    assert Client().get(url)["Location"].startswith("/login/?next=")
    assert alices_browser.get(url).status_code == 403
    assert danas_browser.get(url).status_code == 200


@pytest.mark.parametrize(
    ("name", "args", "by_alice"),
    [
        ("event-detail", [4711], 403),
        *(
            (name, [4711], 403)
            for name in ("hook-detail", "hook-edit", "hook-rotate", "hook-delete")
        ),
        ("delivery-detail", [4711], 403),
        ("attention-send", [4711], 404),
        ("optout-detail", [DAVID], 404),
    ],
)
def test_what_is_not_there_is_not_there(
    alices_browser: Client, danas_browser: Client, name: str, args: list[object], by_alice: int
) -> None:
    url = reverse(f"settings:{name}", args=args)

    assert Client().get(url)["Location"].startswith("/login/?next=")
    assert alices_browser.get(url).status_code == by_alice
    assert danas_browser.get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "for_staff"),
    [
        *(("gateway-test", True), ("event-replay", True), ("optout-review", False)),
        *(("hook-switch", True), ("hook-ping", True), ("delivery-again", True)),
    ],
)
def test_an_action_is_a_post_of_who_may(
    alices_browser: Client, danas_browser: Client, name: str, for_staff: bool
) -> None:
    event = Event.objects.create(gateway="simulator", body=b"")
    Recipient.objects.create(phone=DAVID)
    what = {"gateway-test": "simulator", "event-replay": event.pk, "optout-review": DAVID}
    hook = Hook.objects.create(url="https://hook.example/")
    news = Delivery.objects.create(hook=hook, event="ping", subject="0")
    what |= {"hook-switch": hook.pk, "hook-ping": hook.pk, "delivery-again": news.pk}
    url = reverse(f"settings:{name}", args=[what[name]])

    assert danas_browser.get(url).status_code == 405
    assert Client().post(url)["Location"].startswith("/login/?next=")
    assert alices_browser.post(url).status_code == (403 if for_staff else 302)


def test_a_colleague_sees_no_tab_that_leads_nowhere(
    alices_browser: Client, danas_browser: Client
) -> None:
    alices, danas = (b.get(PROFILE).content.decode() for b in (alices_browser, danas_browser))

    assert reverse("settings:gateway-list") not in alices
    assert reverse("settings:gateway-list") in danas


def test_a_profile_is_ones_own(
    alices_browser: Client, alice: User, bob: User, number: Number
) -> None:
    typed = TYPED | {"undo_seconds": "0", "number": str(number.pk)}

    alices_browser.post(PROFILE, typed)

    alice = User.objects.get(pk=alice.pk)
    chosen = Preference.objects.get()
    assert alice.get_full_name() == "Alicia Brandt"
    assert (chosen.user, chosen.number) == (alice, number)
    assert (chosen.time_zone, chosen.undo_seconds) == ("Europe/Berlin", 0)


def test_an_emptied_field_goes_back_to_what_holds_for_all(
    alices_browser: Client, alice: User, number: Number
) -> None:
    Preference.objects.create(user=alice, number=number, undo_seconds=30, time_zone="UTC")

    before = alices_browser.get(PROFILE).content.decode()
    alices_browser.post(PROFILE, TYPED | {"time_zone": ""})

    chosen = Preference.objects.get()
    assert 'value="30"' in before
    assert (chosen.number, chosen.undo_seconds, chosen.time_zone) == (None, None, "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"time_zone": "Moon/Base"}, "is not a time zone"),
        ({"undo_seconds": "61"}, "less than or equal to 60"),
        ({"undo_seconds": "-1"}, "greater than or equal to 0"),
        ({"number": "4711"}, "not one of the available choices"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_a_wrong_profile_keeps_what_was_typed_and_changes_nothing(
    alices_browser: Client, alice: User, typed: dict[str, str], told: str
) -> None:
    answer = alices_browser.post(PROFILE, TYPED | typed)

    alice.refresh_from_db()
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert 'value="Alicia"' in page
    assert 'class="truncate">Alice<' in page  # who is signed in, by the stored name
    assert alice.first_name == "Alice"
    assert not Preference.objects.exists()


def test_a_new_password_keeps_this_browser_signed_in(alices_browser: Client, alice: User) -> None:
    old, new = "a-long-pass-phrase", "quite-another-pass-phrase"
    typed = {"old_password": old, "new_password1": new, "new_password2": new}

    wrong = alices_browser.post(PASSWORD, typed | {"old_password": "guessed"})
    alices_browser.post(PASSWORD, typed)

    alice.refresh_from_db()
    assert "was entered incorrectly" in wrong.content.decode()
    assert alice.check_password(new)
    assert alices_browser.get(PROFILE).status_code == 200
