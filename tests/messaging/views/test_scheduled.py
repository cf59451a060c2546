"""The page of texts that wait, and what can be done to them there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, Member
from messaging import broadcasts, recurring, texting
from messaging.models import Broadcast, Message, Number, Origin, Recurrence, Template
from tests.messaging.views.conftest import CAROLS_PHONE

LIST, NEW = reverse("messaging:scheduled-list"), reverse("messaging:recurring-create")
TOMORROW = timezone.now().replace(microsecond=0) + timedelta(days=1)
WEEKLY = {"contact": "Carol Finch", "text": "Bins out", "every": "week", "weekday": "0"}
WEEKLY["clock"] = "09:00"


@pytest.fixture
def waiting(carol: Contact, number: Number, alice: User) -> Message:
    Contact.objects.filter(pk=carol.pk).update(time_zone="America/New_York")
    return texting.send(
        text="See you",
        phone=CAROLS_PHONE,
        number=number,
        origin=Origin.FORM,
        author=alice,
        contact=carol,
        send_after=TOMORROW,
        cancel_on_reply=True,
    )


def edit(browser: Client, message: Message, **typed: str) -> int:
    address = reverse("messaging:scheduled-edit", args=[message.pk])
    day = (TOMORROW + timedelta(days=1)).date()
    given = {"text": "See you on the 9th", "day": str(day), "clock": "10:30"} | typed
    return browser.post(address, given).status_code


def test_what_waits_is_listed_with_both_clocks(alices_browser: Client, waiting: Message) -> None:
    html = alices_browser.get(LIST).content.decode()

    assert "See you" in html
    assert "their time" in html
    assert "Not if they reply first" in html


def test_a_broadcasts_texts_are_not_listed_and_neither_is_what_leaves_now(
    alices_browser: Client, waiting: Message
) -> None:
    Message.objects.update(origin=Origin.BROADCAST)
    assert "See you" not in alices_browser.get(LIST).content.decode()

    Message.objects.update(origin=Origin.FORM, send_after=timezone.now() + timedelta(seconds=5))
    assert "See you" not in alices_browser.get(LIST).content.decode()


def test_other_words_and_another_time(alices_browser: Client, waiting: Message) -> None:
    assert edit(alices_browser, waiting) == 302

    waiting.refresh_from_db()
    there = (TOMORROW + timedelta(days=1)).date()
    assert waiting.text == "See you on the 9th"
    assert waiting.send_after.astimezone(UTC).date() == there
    assert waiting.expires_at == waiting.send_after + timedelta(hours=24)
    assert not waiting.cancel_on_reply
    assert waiting.contact is not None
    assert waiting.contact.comments.get().body == "See you on the 9th"


@pytest.mark.parametrize(
    "typed", [{"text": " "}, {"day": "2020-01-01"}, {"clock": "noon"}, {"text": "long" * 600}]
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    alices_browser: Client, waiting: Message, typed: dict[str, str]
) -> None:
    assert edit(alices_browser, waiting, **typed) == 422

    waiting.refresh_from_db()
    assert (waiting.text, waiting.send_after) == ("See you", TOMORROW)


def test_neither_day_nor_time_of_what_waits_is_called_optional(
    alices_browser: Client, waiting: Message
) -> None:
    page = alices_browser.get(reverse("messaging:scheduled-edit", args=[waiting.pk]))

    assert "optional" not in page.content.decode()
    assert edit(alices_browser, waiting, day="") == 422


def test_what_left_meanwhile_is_not_changed(alices_browser: Client, waiting: Message) -> None:
    Message.objects.update(status="sent", sent_at=timezone.now())

    assert edit(alices_browser, waiting) == 422

    waiting.refresh_from_db()
    assert waiting.text == "See you"


def test_a_recurring_text_is_added_changed_paused_and_deleted(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    assert alices_browser.post(NEW, WEEKLY).status_code == 302
    row = Recurrence.objects.get()
    assert (row.contact, row.day, row.next_at > timezone.now()) == (carol, 0, True)
    assert "Every Monday at 09:00" in alices_browser.get(LIST).content.decode()

    monthly = WEEKLY | {"every": "month", "month_day": "31", "clock": "08:15"}
    alices_browser.post(row.get_absolute_url(), monthly)
    row.refresh_from_db()
    assert (row.every, row.day) == ("month", 31)

    pause = reverse("messaging:recurring-pause", args=[row.pk])
    alices_browser.post(pause)
    alices_browser.post(pause)
    row.refresh_from_db()
    assert row.paused_at, "two who press Pause pause it"
    assert 'name="resume"' in alices_browser.get(LIST).content.decode()
    alices_browser.post(pause, {"resume": "1"})
    row.refresh_from_db()
    assert row.paused_at is None

    alices_browser.post(reverse("messaging:recurring-delete", args=[row.pk]))
    assert not Recurrence.objects.exists()


def test_the_next_time_of_a_recurring_text_stands_there_by_both_clocks(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    Contact.objects.filter(pk=carol.pk).update(time_zone="America/New_York")
    asked = alices_browser.get(NEW).content.decode()
    assert 'Weekday <span class="field-optional">' not in asked

    alices_browser.post(NEW, WEEKLY)

    assert "09:00 their time" in alices_browser.get(LIST).content.decode()


def test_a_recurring_text_outlives_the_name_of_its_template(
    alices_browser: Client, alice: User, carol: Contact, number: Number
) -> None:
    hello = Template.objects.create(name="hello", text="Hi {first_name}", owner=alice)

    alices_browser.post(NEW, WEEKLY | {"text": "/hello bins out"})
    hello.delete()

    row = Recurrence.objects.get()
    assert row.text == "Hi {first_name} bins out"
    assert recurring.run_due(row.next_at) == 1
    assert Message.objects.get().text == "Hi Carol bins out"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"contact": ""}, "Say whom to text."),
        ({"text": ""}, "Write something first."),
        ({"text": "Hi {shoe_size}"}, "shoe_size"),
        ({"every": "month"}, "Say on which day of the month."),
        ({"weekday": ""}, "Say on which day of the week."),
        ({"clock": "soon"}, "That is no time of day"),
        ({"every": "month", "month_day": "32"}, "That is no day of a month: 1 to 31."),
    ],
)
def test_a_recurring_text_that_makes_no_sense_is_refused_where_it_is_typed(
    alices_browser: Client, carol: Contact, number: Number, wrong: dict[str, str], words: str
) -> None:
    answer = alices_browser.post(NEW, WEEKLY | wrong)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Recurrence.objects.exists()


def test_an_agent_does_not_repeat_a_broadcast(
    alices_browser: Client, alice: User, carol: Contact, number: Number
) -> None:
    source = Broadcast.objects.create(name="Rent", text="Due", state="ready")
    Member.objects.update_or_create(user=alice, defaults={"role": "agent"})

    answer = alices_browser.post(f"{NEW}?broadcast={source.pk}", WEEKLY)

    assert answer.status_code == 403
    assert not Recurrence.objects.exists()


def test_a_manager_repeats_a_broadcast(alices_browser: Client, alice: User) -> None:
    source = Broadcast.objects.create(name="Rent", text="Due", state="ready")
    Member.objects.update_or_create(user=alice, defaults={"role": "manager"})
    monthly = {"every": "month", "month_day": "1", "clock": "09:00"}

    assert alices_browser.post(f"{NEW}?broadcast={source.pk}", monthly).status_code == 302

    row = Recurrence.objects.get()
    assert (row.broadcast, row.day) == (source, 1)
    assert datetime.now(UTC) < row.next_at


def test_on_everybodys_own_clock_a_broadcast_is_ahead_until_the_first_clock_says_it() -> None:
    begun = Broadcast(state=Broadcast.State.QUEUED, is_local=True)

    begun.send_at = timezone.now() + timedelta(hours=15)
    assert begun.is_ahead

    begun.send_at = timezone.now() + timedelta(hours=13)
    assert not begun.is_ahead, "it is that late already in Kiritimati"


@pytest.mark.parametrize(
    ("is_local", "words"), [(False, "Leaves "), (True, "09:00 on everybody’s own clock")]
)
def test_a_broadcast_for_later_says_when_it_leaves(
    alices_browser: Client, alice: User, number: Number, is_local: bool, words: str
) -> None:
    row = Broadcast.objects.create(name="Fair", text="Hi", pasted=CAROLS_PHONE, author=alice)
    broadcasts.work()
    assert "Fair" not in alices_browser.get(LIST).content.decode()
    row.refresh_from_db()
    when = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0)

    broadcasts.start(row, send_at=when, is_local=is_local)
    broadcasts.work()

    listed = alices_browser.get(LIST).content.decode()
    assert "Fair" in listed
    shown = alices_browser.get(row.get_absolute_url()).content.decode()
    assert words in shown
    assert "Scheduled</span>" in shown
    assert "load delay:2s" not in shown, "it need not look for days"

    broadcasts.stop(row)
    assert "Fair" not in alices_browser.get(LIST).content.decode()


def test_another_rhythm_with_a_mistake_beside_it_is_told(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    monthly = WEEKLY | {"every": "month", "month_day": "31"}
    alices_browser.post(NEW, monthly)
    row = Recurrence.objects.get()

    answer = alices_browser.post(row.get_absolute_url(), WEEKLY | {"text": ""})

    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "is_skipped"),
    [({"text": "Paper out"}, False), ({"clock": "09:30"}, True), ({"weekday": "3"}, True)],
)
def test_new_words_in_the_minute_it_is_due_do_not_skip_it(
    alices_browser: Client,
    carol: Contact,
    number: Number,
    change: dict[str, str],
    is_skipped: bool,
) -> None:
    alices_browser.post(NEW, WEEKLY)
    row = Recurrence.objects.get()
    Recurrence.objects.update(next_at=timezone.now() - timedelta(seconds=20))

    alices_browser.post(reverse("messaging:recurring-pause", args=[row.pk]), {"resume": "1"})
    alices_browser.post(row.get_absolute_url(), WEEKLY | change)

    assert recurring.run_due() == (0 if is_skipped else 1)
    assert is_skipped or Message.objects.get().text == "Paper out"
