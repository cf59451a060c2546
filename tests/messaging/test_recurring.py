"""Texts that come again: once each time, at the right time, and never to somebody unawares."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from contacts.models import Contact, Tag
from messaging import broadcasts, consent, recurring
from messaging.models import Broadcast, Message, Number, Origin, Preference, Recurrence

pytestmark = pytest.mark.storage

BERLIN = ZoneInfo("Europe/Berlin")
NINE = time(9)
MONDAY_AT_NINE = datetime(2026, 11, 30, 8, tzinfo=UTC)  # in Berlin


@pytest.fixture
def monday(carol: Contact, number: Number, alice: User) -> Recurrence:
    Contact.objects.filter(pk=carol.pk).update(time_zone="Europe/Berlin")
    return Recurrence.objects.create(
        contact=carol,
        text="Hi {first_name}, bins out",
        every="week",
        day=0,
        clock=NINE,
        author=alice,
        next_at=MONDAY_AT_NINE,
    )


@pytest.mark.parametrize(
    ("every", "day", "after", "expected"),
    [
        ("week", 0, "2026-11-27 12:00", "2026-11-30 08:00"),
        ("week", 0, "2026-11-30 07:59", "2026-11-30 08:00"),
        ("week", 0, "2026-11-30 08:00", "2026-12-07 08:00"),
        ("week", 6, "2026-03-28 12:00", "2026-03-29 07:00"),  # the clocks went forward
        ("month", 31, "2026-11-27 12:00", "2026-11-30 08:00"),  # its last day
        ("month", 31, "2026-11-30 08:00", "2026-12-31 08:00"),
        ("month", 1, "2026-12-15 00:00", "2027-01-01 08:00"),
        ("month", 29, "2027-02-01 00:00", "2027-02-28 08:00"),
    ],
)
def test_the_next_time_is_on_their_clock(every: str, day: int, after: str, expected: str) -> None:
    begin = datetime.fromisoformat(after).replace(tzinfo=UTC)

    found = recurring.next_time(every, day, NINE, BERLIN, begin)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_what_is_due_becomes_one_text_and_moves_on(monday: Recurrence, carol: Contact) -> None:
    assert recurring.run_due(MONDAY_AT_NINE - timedelta(minutes=1)) == 0

    assert recurring.run_due(MONDAY_AT_NINE) == 1
    assert recurring.run_due(MONDAY_AT_NINE) == 0, "a second worker finds nothing to do"

    message = Message.objects.get()
    monday.refresh_from_db()
    assert (message.text, message.contact) == ("Hi Carol, bins out", carol)
    assert (message.origin, message.send_after) == (Origin.RECURRING, MONDAY_AT_NINE)
    assert monday.next_at == MONDAY_AT_NINE + timedelta(weeks=1)
    assert carol.comments.count() == 1


def test_a_crash_before_it_is_stored_leaves_it_due(
    monday: Recurrence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(recurring.texting.tracks, "converse", die)
        with pytest.raises(RuntimeError):
            recurring.run_due(MONDAY_AT_NINE)
    assert not Message.objects.exists()

    assert recurring.run_due(MONDAY_AT_NINE) == 1


def test_who_opted_out_is_not_texted_and_it_says_why(monday: Recurrence) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    assert recurring.run_due(MONDAY_AT_NINE) == 0

    monday.refresh_from_db()
    assert not Message.objects.exists()
    assert "not to be texted" in monday.problem
    assert monday.next_at > MONDAY_AT_NINE


@pytest.mark.parametrize("change", [{"archived_at": timezone.now()}, {"first_name": ""}])
def test_who_cannot_be_texted_is_skipped_with_the_reason(
    monday: Recurrence, carol: Contact, change: dict[str, object]
) -> None:
    Contact.objects.filter(pk=carol.pk).update(last_name="", **change)

    assert recurring.run_due(MONDAY_AT_NINE) == 0

    monday.refresh_from_db()
    assert monday.problem


def test_a_machine_that_was_off_lets_an_old_time_go(monday: Recurrence) -> None:
    assert recurring.run_due(MONDAY_AT_NINE + timedelta(hours=7)) == 0

    monday.refresh_from_db()
    assert not Message.objects.exists()
    assert "missed" in monday.problem
    assert monday.next_at == MONDAY_AT_NINE + timedelta(weeks=1)


def test_a_paused_one_rests(monday: Recurrence) -> None:
    Recurrence.objects.update(paused_at=timezone.now())

    assert recurring.run_due(MONDAY_AT_NINE) == 0


def test_a_broadcast_comes_again_with_the_audience_of_that_day(
    carol: Contact, number: Number, alice: User
) -> None:
    carol.tags.add(Tag.objects.create(name="Tenant"))
    source = Broadcast.objects.create(name="Rent", text="Due", author=alice, state="stopped")
    source.tags.set(Tag.objects.all())
    Recurrence.objects.create(
        broadcast=source,
        every="month",
        day=1,
        clock=NINE,
        author=alice,
        next_at=MONDAY_AT_NINE,
    )

    assert recurring.run_due(MONDAY_AT_NINE) == 1
    broadcasts.work()
    recurring.run_due(MONDAY_AT_NINE)
    broadcasts.work()

    new = Broadcast.objects.exclude(pk=source.pk).get()
    assert (new.name, new.text) == ("Rent, 30.11.2026", "Due")
    assert Message.objects.get().contact == carol


def test_a_broadcast_that_finds_nobody_says_so(number: Number, alice: User) -> None:
    source = Broadcast.objects.create(name="Rent", text="Due", author=alice, state="stopped")
    row = Recurrence.objects.create(
        broadcast=source,
        every="month",
        day=1,
        clock=NINE,
        author=alice,
        next_at=MONDAY_AT_NINE,
    )

    recurring.run_due(MONDAY_AT_NINE)
    broadcasts.work()
    recurring.run_due(MONDAY_AT_NINE)

    row.refresh_from_db()
    assert "Nobody would get a text" in row.problem
    assert row.broadcasts.get().state == "stopped", "and is not tried each minute"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"contact": None}, {"every": "week", "day": 7}, {"every": "month", "day": 0}]
)
def test_the_database_refuses_what_makes_no_sense(
    monday: Recurrence, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Recurrence.objects.filter(pk=monday.pk).update(**wrong)


def test_a_clock_that_is_not_known_is_its_authors_each_time(
    monday: Recurrence, carol: Contact, alice: User
) -> None:
    Contact.objects.filter(pk=carol.pk).update(time_zone="")  # her number says: somewhere in the US
    Preference.objects.create(user=alice, time_zone="America/Chicago")
    monday.refresh_from_db()
    nine_in_chicago = datetime(2026, 11, 30, 15, tzinfo=UTC)

    recurring.plan(monday, MONDAY_AT_NINE)
    with timezone.override("Asia/Tokyo"):  # a colleague's, who saves it
        recurring.plan(monday, MONDAY_AT_NINE)

    assert monday.next_at == nine_in_chicago
