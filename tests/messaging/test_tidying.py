"""What nobody needs any more goes by night, and nothing else does."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, ContactImport, ImportRow
from messaging import outbox, tasks, tidying, tokens
from messaging.hooks import keeping
from messaging.models import Answer, Attempt, Delivery, Event, Message, Number, Origin

pytestmark = pytest.mark.storage
NIGHT = datetime(2026, 11, 27, 3, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NIGHT - timedelta(days=days)


def event(days: float, **more: Any) -> Event:
    return Event.objects.create(gateway="seven", body=b"x", received_at=ago(days), **more)


@pytest.fixture
def text(number: Number) -> Message:
    return outbox.enqueue(text="Hi", phone="+12125550123", number=number, origin=Origin.API)


def attempt(text: Message, no: int, days: float, **more: Any) -> Attempt:
    facts = {
        "claim_token": uuid.uuid4(),
        "request": "to=…",
        "response": "{}",
        "outcome": "accepted",
    }
    facts |= {"started_at": ago(days), "finished_at": ago(days)} | more
    return Attempt.objects.create(message=text, attempt_no=no, **facts)


def test_webhooks_go_after_a_month(db: None) -> None:
    old, young = event(30.1), event(29.9)

    tidying.tidy(NIGHT)

    assert list(Event.objects.all()) == [young]
    assert old.pk != young.pk


@pytest.mark.parametrize(("days", "kept"), [(0, 2), (1, 1), (5, 1), (60, 2)])
def test_how_long_can_be_set_but_never_shorter_than_they_are_needed(
    db: None, settings: Any, days: int, kept: int
) -> None:
    settings.KEEP_EVENTS_DAYS = days
    event(31), event(3.9, state="parked")

    tidying.tidy(NIGHT)

    assert Event.objects.count() == kept


def test_of_an_attempt_stays_that_it_was_and_how_it_ended(text: Message) -> None:
    attempt(text, 1, 91)
    attempt(text, 2, 89)

    tidying.tidy(NIGHT)
    tidying.tidy(NIGHT + timedelta(days=3))

    rows = list(Attempt.objects.values_list("attempt_no", "outcome", "request", "response"))
    assert rows == [(1, "accepted", "", ""), (2, "accepted", "", "")]


def test_an_attempt_under_way_is_left_alone(text: Message) -> None:
    attempt(text, 1, 91, finished_at=None, outcome="open")

    tidying.tidy(NIGHT)

    assert Attempt.objects.get().request == "to=…"


def test_imports_and_guesses_go_too(carol: Contact) -> None:
    for days, state in ((91, "done"), (91, "running"), (89, "done")):
        source = ContactImport.objects.create(name=f"{days}", state=state, created_at=ago(days))
        ImportRow.objects.create(source=source, line=2, cells=["Carol"], contact=carol)
    for days in (2, 0):
        row = AccessAttempt.objects.create(username=f"{days}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=ago(days))

    tidying.tidy(NIGHT)

    kept = ContactImport.objects.order_by("pk").values_list("name", "state")
    assert list(kept) == [("91", "running"), ("89", "done")]
    assert ImportRow.objects.count() == 2
    assert Contact.objects.filter(pk=carol.pk).exists()
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["0"]


@pytest.mark.parametrize(("days", "kept"), [(7, ["6"]), (0, ["8", "6"])])
def test_the_apis_answers_and_what_webhooks_told_go_by_the_minute(
    alice: User, settings: Any, days: int, kept: list[str]
) -> None:
    settings.KEEP_ANSWERS_DAYS = settings.KEEP_DELIVERIES_DAYS = days
    token, _ = tokens.issue(alice, name="Script")
    for age in (8, 6):
        Answer.objects.create(token=token, key=str(age), body={}, created_at=ago(age))
        Delivery.objects.create(event="ping", subject=str(age), at=ago(age), state="delivered")

    keeping.sweep(NIGHT)

    assert list(Answer.objects.order_by("pk").values_list("key", flat=True)) == kept
    assert list(Delivery.objects.order_by("pk").values_list("subject", flat=True)) == kept


def test_sessions_that_ran_out_go(client: Client, alice: User) -> None:
    from django.contrib.sessions.models import Session

    client.force_login(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

    tidying.tidy(NIGHT)

    assert not Session.objects.exists()


def test_more_than_a_piece_goes_piece_by_piece_and_stops_in_time(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "PIECE", 2)
    for _ in range(5):
        event(40)

    assert tidying.tidy(NIGHT, seconds=1e-9) == 2
    assert tidying.tidy(NIGHT) == 3


@pytest.mark.parametrize(("hour", "kept"), [(12, 1), (1, 1), (2, 0), (4, 0), (5, 1)])
def test_only_by_night_of_the_installations_own_clock(db: None, hour: int, kept: int) -> None:
    event(40)

    tidying.tidy_at_night(NIGHT.replace(hour=hour))

    assert Event.objects.count() == kept


def test_the_sweep_calls_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(tidying, "tidy_at_night", lambda: called.append(True))

    tasks.sweep()

    assert called == [True]
