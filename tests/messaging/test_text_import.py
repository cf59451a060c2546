"""A gateway's log becomes Communications: once, in its place, and without a text to anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contacts.models import Comment, Contact
from messaging import consent, outbox
from messaging.models import Conversation, Message, Number, Recipient, Status
from messaging.text_import import reading

HEADER = "Direction,From,To,Date,Message,Status,SMS ID,Contact Name"
LOG = f"""{HEADER}
Outgoing,+1 (212) 555-0100,+12125550123,03/05/2024 09:30 AM,"Hi Carol,
see you",Delivered,SM1,Carol Finch
Incoming,2125550123,2125550100,03/05/2024 09:41 AM,Yes,received,SM2,Carol Finch
Outgoing,+12125550100,+12125550177,2024-03-06T10:00:00Z,Hello,Failed,SM3,Ida Holm
Outgoing,+12125550100,+12125550177,never,Hello,Sent,SM4,Ida Holm
Outgoing,+12125550100,12,03/06/2024 10:00,Hello,Sent,SM5,Ida Holm
Outgoing,+12125550100,+12125550177,03/06/2024 10:00,,Sent,SM6,Ida Holm
"""


@pytest.fixture
def bring(tmp_path: Path, number: Number) -> Any:
    """Run the command on this content; what it said."""

    def brought(content: str, *more: str) -> str:
        file, said = tmp_path / "log.csv", StringIO()
        file.write_text(content)
        call_command("import_texts", str(file), *more, stdout=said, stderr=said)
        return said.getvalue()

    return brought


def texts() -> list[tuple[str, str, str, str]]:
    rows = Message.objects.order_by("created_at", "pk")
    return [(row.direction, row.status, row.phone, row.text) for row in rows]


def test_a_log_becomes_texts_on_timelines(bring: Any, carol: Contact) -> None:
    said = bring(LOG, "--time-zone", "America/New_York")

    assert texts() == [
        ("outbound", "delivered", "+12125550123", "Hi Carol,\nsee you"),
        ("inbound", "received", "+12125550123", "Yes"),
        ("outbound", "failed", "+12125550177", "Hello"),
    ]
    first = Message.objects.order_by("created_at")[0]
    assert first.created_at == datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    assert (first.contact, first.gateway, first.external_id) == (carol, "smrtphone", "SM1")
    assert [row.body for row in Comment.objects.on(carol)] == ["Yes", "Hi Carol,\nsee you"]
    assert Contact.objects.get(phones__e164="+12125550177").name == "Ida Holm"
    carol.refresh_from_db()
    assert (carol.texts_sent, carol.texts_received) == (1, 1)
    assert "3 stored" in said
    assert "3 skipped" in said
    assert "“never” is no date" in said


@pytest.mark.storage
def test_brought_again_nothing_changes(bring: Any, carol: Contact) -> None:
    bring(LOG)
    before = list(Message.objects.order_by("pk").values())

    said = bring(LOG)

    assert list(Message.objects.order_by("pk").values()) == before
    assert Comment.objects.on(carol).count() == 2
    assert "3 here already" in said


def test_texts_alike_are_all_kept_and_once_each(bring: Any, carol: Contact) -> None:
    row = "Outgoing,+12125550100,+12125550123,03/05/2024 09:30,Hello,Sent,,\n"

    bring(HEADER + "\n" + row * 2)
    bring(HEADER + "\n" + row * 3)

    assert len(texts()) == 3


def test_what_came_by_webhook_is_not_doubled(bring: Any, carol: Contact, number: Number) -> None:
    at = datetime(2024, 3, 5, 9, 30, 40, tzinfo=UTC)
    Message.objects.create(
        direction="outbound",
        status="sent",
        origin="form",
        number=number,
        gateway="smrtphone",
        phone="+12125550123",
        text="Hello",
        contact=carol,
        encoding="GSM-7",
        segments=1,
        created_at=at,
        sent_at=at,
    )
    row = "Outgoing,+12125550100,+12125550123,03/05/2024 09:30,Hello,Sent,{},\n"

    bring(f"{HEADER}\n{row.format('')}")
    bring(f"{HEADER}\n{row.format('SM9')}")

    assert len(texts()) == 1


def test_nothing_is_ever_sent_whatever_the_log_calls_it(bring: Any, carol: Contact) -> None:
    rows = "".join(
        f"Outgoing,+12125550100,+12125550123,03/0{n}/2024 09:30,Text {n},{status},,\n"
        for n, status in enumerate(["Queued", "Sending", "Scheduled", "", "nonsense"], 1)
    )

    bring(f"{HEADER}\n{rows}")
    outbox.sweep()
    outbox.drain()

    assert set(Message.objects.values_list("status", flat=True)) == {Status.SENT}
    assert not Message.objects.exclude(attempt_no=0).exists()


def test_stop_in_a_log_is_heeded_without_an_answer(bring: Any, carol: Contact) -> None:
    said = bring(f"{HEADER}\nIncoming,2125550123,2125550100,03/05/2024 09:41,STOP,,,\n")

    row = Recipient.objects.get(phone="+12125550123")
    assert row.opted_out_at == datetime(2024, 3, 5, 9, 41, tzinfo=UTC)
    assert [status for _, status, *_ in texts()] == ["received"]
    assert "1 opted out" in said


def test_who_came_back_later_in_the_log_is_left_as_they_are(bring: Any, carol: Contact) -> None:
    stop = "Incoming,2125550123,2125550100,03/05/2024 09:41,STOP,,,\n"
    start = "Incoming,2125550123,2125550100,03/06/2024 09:41,START,,,\n"

    bring(f"{HEADER}\n{start}{stop}")

    assert not consent.is_opted_out("+12125550123")


def test_no_log_ends_an_opt_out(bring: Any, carol: Contact) -> None:
    consent.opt_out("+12125550123", source="person", at=timezone.now() - timedelta(days=999))

    bring(f"{HEADER}\nIncoming,2125550123,2125550100,03/05/2026 09:41,START,,,\n")

    assert consent.is_opted_out("+12125550123")


def test_old_texts_wait_for_nobody(bring: Any, carol: Contact) -> None:
    bring(LOG)

    row = Conversation.objects.get(contact=carol)
    assert (row.unread, row.last_message.text) == (0, "Yes")


def test_ends_are_told_by_our_numbers_where_no_direction_is_said(bring: Any) -> None:
    bring(
        "From,To,Timestamp,Body\n+12125550100,+12125550123,2024-03-05 09:30,Out\n"
        "+12125550123,+12125550100,2024-03-05 09:31,In\n"
        "+12125550123,+12125550124,2024-03-05 09:32,Neither\n"
    )

    assert [(way, text) for way, *_, text in texts()] == [("outbound", "Out"), ("inbound", "In")]


def test_columns_can_be_named_and_a_dry_run_stores_nothing(bring: Any) -> None:
    content = "Way,Mine,Yours,When exactly,Words\nin,2125550100,2125550123,5/3/2024 9:30 PM,Hi\n"
    named = ("direction=Way", "ours=Mine", "theirs=Yours", "at=When exactly", "text=Words")
    words = [word for name in named for word in ("--column", name)]

    said = bring(content, "--day-first", "--dry-run", *words)

    assert "2024-03-05 21:30 UTC Received from +12125550123" in said
    assert texts() == []
    with pytest.raises(CommandError, match="Say which columns hold at, from, text, to"):
        bring(content.replace("Way", "x"))
    with pytest.raises(CommandError, match="No column is called “Nope”"):
        bring(content, "--column", "text=Nope")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2024-03-05 09:30:01", "2024-03-05T09:30:01+00:00"),
        ("2024-03-05T09:30:00-05:00", "2024-03-05T09:30:00-05:00"),
        ("3/5/2024, 9:30:01 PM", "2024-03-05T21:30:01+00:00"),
        ("3/5/24 9:30 p.m.", "2024-03-05T21:30:00+00:00"),
        ("Mar 5, 2024 9:30 AM", "2024-03-05T09:30:00+00:00"),
        ("March 5, 2024 at 9:30 AM", "2024-03-05T09:30:00+00:00"),
    ],
)
def test_times_are_read_as_logs_write_them(typed: str, read: str) -> None:
    reader = reading.Reader(
        {"from": 0, "to": 1, "at": 2, "text": 3}, frozenset({"+12125550100"}), UTC
    )

    line = reader.understand(["+12125550100", "+12125550123", typed, "Hi"])

    assert line.at.isoformat() == read


@pytest.mark.parametrize("typed", ["", "tomorrow", "2999-01-01 00:00", "0001-01-01 00:00", "5"])
def test_what_is_no_time_of_a_text_is_said(typed: str) -> None:
    reader = reading.Reader(
        {"from": 0, "to": 1, "at": 2, "text": 3}, frozenset({"+12125550100"}), UTC
    )

    with pytest.raises(reading.Broken, match=r"no date and time|no time at which"):
        reader.understand(["+12125550100", "+12125550123", typed, "Hi"])


@pytest.mark.parametrize(
    ("day", "clock", "read"),
    [
        ("2025-01-02", "10:15 AM", "2025-01-02 10:15"),
        ("01/02/2025", "22:15:30", "2025-01-02 22:15:30"),
        ("2025-01-02 00:00:00", "10:15:00", "2025-01-02 10:15"),
        ("2025-01-02", "", "2025-01-02 00:00"),
    ],
)
def test_days_and_times_may_stand_in_two_columns(day: str, clock: str, read: str) -> None:
    header = ["Date", "Time", "Type", "Direction", "From", "To", "Message"]
    mapping = reading.guess(header)
    reader = reading.Reader(reading.places(mapping), frozenset(), UTC)

    line = reader.understand([day, clock, "SMS", "Outgoing", "+12125550100", "+12125550160", "Hi"])

    assert mapping == ["at", "clock", "", "direction", "from", "to", "text"]
    assert line.at == datetime.fromisoformat(read).replace(tzinfo=UTC)
    assert reading.guess(["Time", "Type"]) == ["at", "direction"]
