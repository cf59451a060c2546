"""A mailbox is read from end to end; one bad mail in it never holds up the others."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError

from contacts.models import Contact
from messaging import fence
from messaging.mail import configured, door, mailbox
from messaging.models import Mail, Message, Number
from tests.messaging.mail.imapserver import Mailroom, mailroom
from tests.messaging.mail.mails import mail

READ = {"\\Seen"}


@pytest.fixture
def room(settings: Any) -> Iterator[Mailroom]:
    with mailroom() as server:
        settings.MAIL_IMAP_URL = server.url
        yield server


def visit() -> int:
    box = configured.mailbox()
    assert box
    return mailbox.visit(box)


def test_what_is_new_is_texted_and_marked_as_read(
    room: Mailroom, alice: User, carol: Contact, number: Number
) -> None:
    for n in range(3):
        room.add(mail(f"Text {n}", name=f"<{n}@example.com>"))

    assert visit() == 3
    assert visit() == 0
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == [
        "Text 0",
        "Text 1",
        "Text 2",
    ]
    assert all(flags == READ for flags in room.flags.values())


def test_an_address_that_only_the_server_names_is_ours_too(
    room: Mailroom, alice: User, carol: Contact, number: Number
) -> None:
    room.add(mail(to="friends@example.com", Delivered_To="12125550123@sms.example.com"))

    visit()

    assert Message.objects.get().phone == "+12125550123"


def test_one_that_breaks_us_gets_a_flag_and_the_next_is_texted(
    room: Mailroom,
    alice: User,
    carol: Contact,
    number: Number,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad, good = room.add(b"bad"), room.add(mail())
    take = door.take
    monkeypatch.setattr(door, "take", lambda raw: take(raw) if raw != b"bad" else 1 / 0)

    visit()

    assert room.flags == {bad: {"\\Seen", "\\Flagged"}, good: READ}
    assert Message.objects.count() == 1
    assert "left in the mailbox" in caplog.text


def test_what_cannot_be_stored_now_stays_unread(
    room: Mailroom, alice: User, carol: Contact, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = room.add(mail())

    def busy(raw: bytes) -> None:
        raise OperationalError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(door, "take", busy)
        with pytest.raises(OperationalError):
            visit()
    assert room.flags[uid] == set()

    visit()
    assert Message.objects.count() == 1


def test_only_the_beginning_of_a_huge_mail_is_fetched(
    room: Mailroom, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_BYTES", 400)
    room.add(mail("x" * 10_000))

    visit()

    assert len(Mail.objects.get().words) < 400


def test_a_server_that_does_not_let_us_in_says_so(room: Mailroom, db: None, settings: Any) -> None:
    room.busy = True
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("mail_gateway", "--once")

    settings.MAIL_IMAP_URL = room.url.replace("pass%2F", "wrong")
    with pytest.raises(imaplib.IMAP4.error):
        visit()


def test_once_reads_it_once(room: Mailroom, alice: User, carol: Contact, number: Number) -> None:
    room.add(mail())
    told = StringIO()

    call_command("mail_gateway", "--once", stdout=told)

    assert told.getvalue() == "Taken: 1\n"


def test_a_copied_database_leaves_the_mailbox_alone(
    room: Mailroom, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = room.add(mail())
    monkeypatch.setattr(fence, "is_locked", lambda: True)

    with pytest.raises(CommandError, match="locked"):
        call_command("mail_gateway", "--once")
    assert room.flags[uid] == set()
