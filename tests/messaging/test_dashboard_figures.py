"""What is kept of each day: the same whether it was kept bit by bit or counted at once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db.models import Max, Min

from messaging import figures, tasks
from messaging.figures import durations
from messaging.figures.counting import Day, count
from messaging.figures.keeping import COLUMNS, kept
from messaging.models import (
    Channel,
    DayBin,
    DayFigure,
    Direction,
    FigureState,
    Message,
    Number,
    Origin,
    Status,
)

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
OUTCOMES = [
    (Status.SENT, ""),
    (Status.DELIVERED, ""),
    (Status.UNDELIVERED, "absent"),
    (Status.FAILED, "invalid_number"),
    (Status.UNCONFIRMED, "timeout"),
    (Status.CANCELLED, ""),
]


@pytest.fixture
def sales(db):
    return Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")


@pytest.fixture
def text(number, alice):
    """Makes a text as it stands after its life; by default one of Alice's, delivered in 4 s."""

    def make(at=NOON, *, status=Status.DELIVERED, inbound=False, **more):
        left = None if inbound or status in {Status.QUEUED, Status.FAILED} else at
        given = {
            "direction": Direction.INBOUND if inbound else Direction.OUTBOUND,
            "status": Status.RECEIVED if inbound else status,
            "number": number,
            "author": None if inbound else alice,
            "created_at": at,
            "updated_at": at,
            "sent_at": left,
            "settled_at": left and left + timedelta(seconds=4),
        }
        fixed = {"gateway": "simulator", "phone": "+12125550123", "text": "Hi", "segments": 1}
        fixed |= {"encoding": "GSM-7"}
        return Message.objects.create(origin=Origin.FORM, **{**fixed, **given, **more})

    return make


def become(message: Message, now: datetime, status: str, **more: object) -> None:
    Message.objects.filter(pk=message.pk).update(status=status, updated_at=now, **more)


def every_day() -> list[date]:
    edges = Message.objects.aggregate(first=Min("created_at"), last=Max("created_at"))
    days = [moment.date() for moment in edges.values() if moment]
    days += [day for day in DayFigure.objects.aggregate(a=Min("day"), b=Max("day")).values() if day]
    return [min(days) + timedelta(n) for n in range((max(days) - min(days)).days + 1)]


def as_kept() -> dict[date, Day]:
    return {day: kept(day) for day in every_day()}


def as_counted() -> dict[date, Day]:
    return {day: count(day, ZoneInfo("UTC")) for day in every_day()}


def total(column: str, day: date = TODAY) -> int:
    return sum(DayFigure.objects.filter(day=day).values_list(column, flat=True))


def bins(kind: str, day: date = TODAY) -> dict[str, int]:
    return dict(DayBin.objects.filter(day=day, kind=kind).values_list("key", "count"))


class Life:
    """Days in an office, in random order: texts, replies, reports, now and then the sweep."""

    def __init__(self, seed, text, numbers, authors):
        self.rng, self.text, self.now = random.Random(seed), text, NOON - timedelta(days=9)
        self.numbers, self.authors = numbers, authors
        self.messages = []

    def go_on(self, steps, *events):
        for _ in range(steps):
            self.now += timedelta(minutes=self.rng.choice([0, 1, 7, 90, 400]))
            self.rng.choice(events)()

    def write(self):
        author, number = self.rng.choice(self.authors), self.rng.choice(self.numbers)
        at = self.now - timedelta(days=self.rng.choice([0, 0, 0, 2, 5]))  # adopted from the past
        more = {"author": author, "number": number, "updated_at": self.now}
        self.messages.append(self.text(at, status=Status.QUEUED, **more))

    def answer(self):
        asked = self.rng.choice([*self.messages, None])
        at = self.now - timedelta(hours=self.rng.choice([0, 0, 30]))  # a webhook that came late
        self.text(at, inbound=True, reply_to=asked, updated_at=self.now)

    def report(self):
        if self.messages:
            status, reason = self.rng.choice(OUTCOMES)
            settled = {"sent_at": self.now, "settled_at": self.now + timedelta(seconds=9)}
            old = self.rng.choice(self.messages)
            become(old, self.now, status, reason=reason, **settled)

    def forget(self):
        if self.messages:
            self.messages.pop(self.rng.randrange(len(self.messages))).delete()

    def sweep(self):
        figures.fold(self.now)


@pytest.fixture
def life(text, number, sales, alice, bob):
    return lambda seed: Life(seed, text, [number, sales], [alice, bob, None])


@pytest.mark.storage
@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_bit_by_bit_is_what_the_messages_add_up_to(life, seed):
    office = life(seed)
    office.sweep()

    office.go_on(80, office.write, office.answer, office.report, office.report, office.sweep)
    office.sweep()

    assert DayFigure.objects.count() > 10
    assert as_kept() == as_counted()


@pytest.mark.storage
@pytest.mark.parametrize("seed", range(3))
def test_rebuilding_gives_the_same(life, seed):
    office = life(seed)
    office.go_on(60, office.write, office.answer, office.report, office.sweep)
    office.sweep()
    before = as_kept()

    figures.rebuild(office.now)

    assert as_kept() == before == as_counted()


@pytest.mark.parametrize("seed", range(3))
def test_deleted_texts_are_gone_once_every_day_had_its_turn(life, seed):
    office = life(seed)
    office.go_on(60, office.write, office.answer, office.report, office.forget, office.sweep)

    for _ in range(len(every_day()) + 1):
        office.sweep()

    assert as_kept() == as_counted()


def test_a_day_without_texts_any_more_has_no_figures(text):
    only = text()
    figures.fold(NOON)
    only.delete()

    figures.fold(NOON)

    assert not DayFigure.objects.exists()
    assert not DayBin.objects.exists()


def test_a_sweep_that_died_half_way_is_made_up_for(text, monkeypatch):
    figures.fold(NOON)
    old, new = text(NOON - timedelta(days=3)), text()
    for message in (old, new):
        become(message, NOON, Status.FAILED, reason="spam")
    with monkeypatch.context() as patch:
        patch.setattr(DayBin.objects, "bulk_create", _die)
        with pytest.raises(KeyboardInterrupt):
            figures.fold(NOON)

    figures.fold(NOON + timedelta(days=2))

    assert as_kept() == as_counted()


def _die(*args: object) -> None:
    raise KeyboardInterrupt


def test_what_was_committed_late_is_not_missed(text):
    figures.fold(NOON)
    text(NOON - timedelta(days=5), updated_at=NOON - timedelta(minutes=14))

    figures.fold(NOON + timedelta(minutes=1))

    assert total("delivered", TODAY - timedelta(days=5)) == 1


def test_a_clock_that_was_ahead_hides_nothing(text):
    figures.fold(NOON + timedelta(days=300))
    text(NOON - timedelta(days=5), updated_at=NOON)

    figures.fold(NOON)

    assert total("delivered", TODAY - timedelta(days=5)) == 1


def test_a_new_installation_counts_all_that_was_there_before(text, monkeypatch):
    monkeypatch.setattr("messaging.figures.keeping.HURRY_SECONDS", 600.0)
    for days in range(6):
        text(NOON - timedelta(days=days), updated_at=NOON - timedelta(days=60))

    figures.fold(NOON)

    assert as_kept() == as_counted()
    assert FigureState.objects.get().is_complete


def test_a_first_round_stops_in_time_and_goes_on_at_the_next_sweep(text, monkeypatch):
    monkeypatch.setattr("messaging.figures.keeping.HURRY_SECONDS", 0.0)
    for days in range(3):
        text(NOON - timedelta(days=days), updated_at=NOON - timedelta(days=60))

    complete = []
    for _ in range(3):
        figures.fold(NOON)
        complete.append(FigureState.objects.get().is_complete)

    assert complete == [False, False, True]
    assert as_kept() == as_counted()


def test_a_day_that_did_not_change_is_not_written_again(text):
    text()
    figures.fold(NOON)
    ids = set(DayFigure.objects.values_list("pk", flat=True))

    figures.fold(NOON)

    assert set(DayFigure.objects.values_list("pk", flat=True)) == ids


def test_days_and_hours_are_those_of_the_installation(text, settings):
    settings.TIME_ZONE = "America/New_York"
    late = datetime(2026, 3, 20, 3, 30, tzinfo=UTC)  # 23:30 of the 19th in New York

    text(late)
    figures.fold(NOON)

    assert total("delivered", date(2026, 3, 19)) == 1
    assert bins("sent_hour", date(2026, 3, 19)) == {"23": 1}


def test_another_time_zone_moves_what_was_counted(text, settings, monkeypatch):
    monkeypatch.setattr("messaging.figures.keeping.HURRY_SECONDS", 600.0)
    late = datetime(2026, 3, 20, 3, 30, tzinfo=UTC)
    text(late, updated_at=late - timedelta(days=60))
    figures.fold(NOON)
    settings.TIME_ZONE = "America/New_York"

    figures.fold(NOON)

    assert total("delivered", date(2026, 3, 20)) == 0
    assert total("delivered", date(2026, 3, 19)) == 1


def test_deleted_texts_leave_the_figures_at_once(text, django_capture_on_commit_callbacks):
    for day in range(3):
        text(NOON - timedelta(days=day))
        text(NOON - timedelta(days=day), status=Status.FAILED, reason="absent")
    figures.rebuild(NOON)

    with django_capture_on_commit_callbacks(execute=True) as asked:
        Message.objects.filter(status=Status.FAILED).delete()

    assert len(asked) == 1
    for day in range(3):
        left = kept(TODAY - timedelta(days=day))
        assert left == count(TODAY - timedelta(days=day), ZoneInfo("UTC"))
        assert sum(n for one, n in left.figures.items() if one.column == "failed") == 0


def test_a_deleted_colleague_leaves_their_texts_in_the_figures(text, bob, alice):
    text(author=bob)
    text(author=None)
    figures.fold(NOON)

    bob.delete()
    figures.fold(NOON)

    assert total("delivered") == 2
    assert as_kept() == as_counted()


def test_what_is_counted_of_a_day(text):
    asked = text(NOON.replace(hour=9))
    text(NOON.replace(hour=9), status=Status.FAILED, reason="spam")
    text(status=Status.UNDELIVERED, reason="absent")
    text(status=Status.UNDELIVERED, reason="absent")
    text(status=Status.QUEUED)
    text(NOON.replace(hour=9, minute=6), inbound=True, reply_to=asked)

    figures.fold(NOON)

    counted = {c: total(c) for c in ("delivered", "failed", "undelivered", "waiting", "received")}
    assert counted == {"delivered": 1, "failed": 1, "undelivered": 2, "waiting": 1, "received": 1}
    assert total("accepted") == 3
    assert bins("reason") == {"spam": 1, "absent": 2}
    assert bins("sent_hour") == {"9": 1, "12": 2}
    assert bins("received_hour") == {"9": 1}
    assert bins("delivery") == {str(durations.bin_of(4)): 1}
    assert bins("reply") == {str(durations.bin_of(360)): 1}


@pytest.mark.storage
def test_calls_are_not_counted_nor_how_long_they_waited_for_a_reply(text):
    spoken = {"channel": Channel.CALL, "encoding": "", "segments": 0}
    call = text(NOON.replace(hour=9), **spoken)
    text(status=Status.UNDELIVERED, reason="no_answer", **spoken)
    text(status=Status.FAILED, reason="no_such_channel", **spoken)
    text(NOON.replace(hour=10), inbound=True, reply_to=call)

    figures.fold(NOON)

    assert {column: total(column) for column in COLUMNS if total(column)} == {"received": 1}
    assert set(DayBin.objects.values_list("kind", "key")) == {("received_hour", "10")}


def test_calls_that_were_counted_once_go_when_their_day_has_its_turn(text):
    old = NOON - timedelta(days=3)
    call = text(old, updated_at=NOON - timedelta(days=60))
    text(updated_at=NOON - timedelta(days=60))
    figures.rebuild(NOON)
    Message.objects.filter(pk=call.pk).update(channel=Channel.CALL, encoding="", segments=0)

    for _ in range(4):
        figures.fold(NOON)

    assert total("delivered", old.date()) == 0
    assert total("delivered") == 1


def test_only_the_first_reply_to_a_text_counts(text):
    asked = text(NOON - timedelta(hours=2))
    text(NOON - timedelta(hours=1), inbound=True, reply_to=asked)
    text(NOON, inbound=True, reply_to=asked)

    figures.fold(NOON)

    assert bins("reply") == {str(durations.bin_of(3600)): 1}


def test_when_it_turns_out_later_when_a_text_left_the_wait_is_counted_anew(text):
    yesterday = NOON - timedelta(days=1)
    asked = text(yesterday, status=Status.UNCONFIRMED)
    text(yesterday + timedelta(hours=1), inbound=True, reply_to=asked)
    figures.fold(yesterday + timedelta(hours=1))
    later = {"sent_at": yesterday + timedelta(minutes=30)}

    become(asked, NOON, Status.DELIVERED, **later)
    figures.fold(NOON)

    assert bins("reply", yesterday.date()) == {str(durations.bin_of(1800)): 1}


@pytest.mark.django_db(transaction=True)
def test_the_sweep_keeps_the_figures(text):
    text()

    tasks.sweep()

    assert total("delivered") == 1


def test_the_command_counts_everything_anew(text, capsys):
    text()
    text(NOON - timedelta(days=1))
    DayFigure.objects.all().delete()

    call_command("rebuild_figures")

    assert "Counted anew:" in capsys.readouterr().out
    assert as_kept() == as_counted()


@pytest.mark.parametrize("seconds", [1.2, 2, 4.4, 37, 360, 3_600, 86_400, 250_000])
def test_a_median_is_right_to_within_nine_percent(seconds):
    read = durations.median({durations.bin_of(seconds): 1})

    assert read == pytest.approx(seconds, rel=durations.PRECISION + 1e-9)
    assert durations.PRECISION < 0.091


def test_the_median_is_the_one_in_the_middle():
    waits = {durations.bin_of(2): 3, durations.bin_of(60): 2, durations.bin_of(90_000): 2}

    assert durations.median(waits) == durations.middle(durations.bin_of(60))
    assert durations.median({}) is None


def test_clocks_that_disagree_count_as_at_once():
    assert durations.bin_of(-30) == durations.bin_of(0) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.3, "4 s"),
        (58, "1 min"),
        (380, "6 min"),
        (7_000, "2 h"),
        (90_000, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_a_duration_in_words(seconds, words):
    assert durations.words(seconds) == words
