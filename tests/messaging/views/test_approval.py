"""A second person's yes: whose it may be, by role and by what they did, and where it shows."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from contacts.models import AuditEntry, Contact, Member
from contacts.roles import Role
from messaging import broadcasts, recurring, tokens
from messaging.broadcasts.prepare import prepare_chunk
from messaging.models import Broadcast, Number, Recurrence

PHONES = "+1 212 555 0140\n+1 212 555 0141"
FORM = {"name": "Open day", "text": "Hi", "pasted": PHONES}


@pytest.fixture
def open_day(alices_browser: Client, number: Number, settings: Any) -> Broadcast:
    """Written by Alice, to more people than may be texted without a second yes."""
    settings.BROADCAST_APPROVAL = 1
    alices_browser.post("/broadcasts/new/", FORM)
    return ready()


def ready() -> Broadcast:
    row = Broadcast.objects.get()
    while prepare_chunk(row.pk):
        pass
    return Broadcast.objects.get()


def state() -> str:
    return Broadcast.objects.get().state


def test_at_the_size_nobody_is_asked_and_above_it_somebody_is(
    open_day: Broadcast, alices_browser: Client, settings: Any
) -> None:
    settings.BROADCAST_APPROVAL = 2
    assert not broadcasts.needs_approval(open_day)
    settings.BROADCAST_APPROVAL = 1

    alices_browser.post(f"/broadcasts/{open_day.pk}/start/")

    assert state() == Broadcast.State.WAITING


def test_a_second_manager_approves_on_the_page(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client, bob: User
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")

    hers, his = (b.get(at).content.decode() for b in (alices_browser, bobs_browser))
    bobs_browser.post(f"{at}approve/")

    assert "Somebody else has to approve it: you wrote it." in hers
    assert "Approve and start" not in hers
    assert "Approve and start" in his
    assert state() == Broadcast.State.QUEUEING
    assert Broadcast.objects.get().approved_by == bob
    assert AuditEntry.objects.latest("number").about == f"broadcast {open_day.pk} “Open day”"


def test_who_changed_the_words_is_no_second_person(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client, bob: User
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    bobs_browser.post(f"{at}edit/", FORM | {"text": "Something else"})
    ready()
    alices_browser.post(f"{at}start/")

    bobs_browser.post(f"{at}approve/")

    assert state() == Broadcast.State.WAITING
    with pytest.raises(broadcasts.CannotStart, match="you changed it"):
        broadcasts.approve(Broadcast.objects.get(), by=bob)


def test_who_started_it_is_no_second_person(
    open_day: Broadcast, bobs_browser: Client, bob: User
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    bobs_browser.post(f"{at}start/")

    bobs_browser.post(f"{at}approve/")

    assert state() == Broadcast.State.WAITING
    with pytest.raises(broadcasts.CannotStart, match="you started it"):
        broadcasts.approve(Broadcast.objects.get(), by=bob)


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_who_may_not_approve_by_role_does_not_by_any_door(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client, bob: User, role: Role
) -> None:
    Member.objects.filter(user=bob).update(role=role)
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    secret = tokens.issue(bob, name="x")[1]

    page = bobs_browser.get(at).content.decode()
    by_page = bobs_browser.post(f"{at}approve/")
    by_token = Client().post(
        f"/api/v1/broadcasts/{open_day.pk}/approve",
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {secret}",
    )

    assert "A manager has to approve it." in page
    assert (by_page.status_code, by_token.status_code) == (403, 403)
    with pytest.raises(broadcasts.CannotStart, match="may not approve broadcasts"):
        broadcasts.approve(Broadcast.objects.get(), by=User.objects.get(pk=bob.pk))
    assert state() == Broadcast.State.WAITING


@pytest.mark.storage
def test_two_who_approve_at_once_start_it_once(
    open_day: Broadcast, alices_browser: Client, bob: User, carol: Contact, for_threads: None
) -> None:
    dora = User.objects.create_superuser("dora")
    alices_browser.post(f"/broadcasts/{open_day.pk}/start/")

    def approve(pk: int) -> bool:
        try:
            broadcasts.approve(Broadcast.objects.get(), by=User.objects.get(pk=pk))
        except broadcasts.CannotStart:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(approve, [bob.pk, dora.pk] * 4))

    assert said.count(True) == 1
    assert AuditEntry.objects.filter(action="broadcast_approved").count() >= 1


def test_what_waits_is_taken_back_changed_and_asked_about_again(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    refused = alices_browser.get(f"{at}edit/", follow=True).content.decode()
    stops = alices_browser.get(f"{at}stop/").content.decode()

    alices_browser.post(f"{at}withdraw/")
    answer = alices_browser.post(f"{at}edit/", FORM | {"text": "Hello"})

    assert "It waits for approval: take it back to change it." in refused
    assert "Nothing of it has left" in stops
    assert "Pausing" not in stops
    assert answer.status_code == 302
    row = ready()
    assert (row.state, row.text, row.started_by) == (Broadcast.State.READY, "Hello", None)
    bobs_browser.post(f"{at}approve/")
    assert state() == Broadcast.State.READY
    alices_browser.post(f"{at}start/")
    assert state() == Broadcast.State.WAITING


def test_nobody_approves_by_an_old_page_what_was_changed_since(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    old = seen(bobs_browser, at)
    alices_browser.post(f"{at}withdraw/")
    alices_browser.post(f"{at}edit/", FORM | {"text": "Something else"})
    ready()
    alices_browser.post(f"{at}start/")

    told = bobs_browser.post(f"{at}approve/", {"seen": old}, follow=True).content.decode()

    assert "It was taken back and changed since you looked at it" in told
    assert state() == Broadcast.State.WAITING
    bobs_browser.post(f"{at}approve/", {"seen": seen(bobs_browser, at)})
    assert state() == Broadcast.State.QUEUEING


def test_nor_where_it_changes_while_they_press(
    open_day: Broadcast, alices_browser: Client, bob: User
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    looked_at = Broadcast.objects.get(pk=open_day.pk)
    alices_browser.post(f"{at}withdraw/")
    alices_browser.post(f"{at}edit/", FORM | {"text": "Something else"})
    ready()
    alices_browser.post(f"{at}start/")

    with pytest.raises(broadcasts.CannotStart, match="taken back and changed"):
        broadcasts.approve(looked_at, by=bob, seen=broadcasts.asked_at(looked_at))

    assert state() == Broadcast.State.WAITING


def test_nor_by_the_api_where_it_says_what_was_read(
    open_day: Broadcast, alices_browser: Client, bob: User
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    script = Client(headers={"Authorization": f"Bearer {tokens.issue(bob, name='x')[1]}"})
    old = script.get(f"/api/v1{at[:-1]}").json()["started_at"]
    alices_browser.post(f"{at}withdraw/")
    alices_browser.post(f"{at}edit/", FORM | {"text": "Something else"})
    ready()
    alices_browser.post(f"{at}start/")

    def approve(started_at: Any) -> Any:
        body = {"started_at": started_at}
        return script.post(f"/api/v1{at}approve", body, content_type="application/json")

    late = approve(old)
    unclear = approve("2026-11-27T09:00:00")
    assert state() == Broadcast.State.WAITING
    there = approve(script.get(f"/api/v1{at[:-1]}").json()["started_at"])

    assert late.status_code == 409
    assert "It was taken back and changed since you looked at it" in late.json()["detail"]
    assert unclear.status_code == 422
    assert (there.status_code, state()) == (200, Broadcast.State.QUEUEING)


def seen(browser: Client, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(address).content.decode())
    assert found
    return found[1]


def test_one_that_a_recurrence_made_stays_taken_back(
    open_day: Broadcast, alices_browser: Client, alice: User
) -> None:
    monthly = {"every": "month", "day": 1, "clock": "09:00", "next_at": timezone.now()}
    again = Recurrence.objects.create(broadcast=open_day, author=alice, **monthly)
    Broadcast.objects.update(recurrence=again)
    recurring._start_prepared()
    assert state() == Broadcast.State.WAITING

    alices_browser.post(f"/broadcasts/{open_day.pk}/withdraw/")
    recurring._start_prepared()

    assert state() == Broadcast.State.READY


def test_who_approves_is_told_that_its_time_is_over(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    late = "it leaves as soon as somebody approves it"
    Broadcast.objects.update(send_at=timezone.now() + timedelta(hours=1))
    before = bobs_browser.get(at).content.decode()

    Broadcast.objects.update(send_at=timezone.now() - timedelta(hours=1))

    assert late not in before
    assert late in bobs_browser.get(at).content.decode()


def test_what_was_approved_meanwhile_is_not_taken_back(
    open_day: Broadcast, alices_browser: Client, bobs_browser: Client
) -> None:
    at = f"/broadcasts/{open_day.pk}/"
    alices_browser.post(f"{at}start/")
    bobs_browser.post(f"{at}approve/")

    told = alices_browser.post(f"{at}withdraw/", follow=True).content.decode()

    assert "That is not possible any more" in told
    assert state() == Broadcast.State.QUEUEING
