"""Our mail server hands mails over: what we say we took is stored, everything else comes again."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from contacts.models import Contact
from messaging import fence
from messaging.mail import door, lmtp
from messaging.models import Mail, Message, Number
from tests.chaos.stacks import free_port
from tests.messaging.mail.mails import mail

pytestmark = [pytest.mark.storage, pytest.mark.django_db(transaction=True)]
CAROL, OTHER = "12125550123@sms.example.com", "12125550124@sms.example.com"


@pytest.fixture
def place(
    alice: User, carol: Contact, number: Number, for_threads: None
) -> Iterator[tuple[str, int]]:
    listener = lmtp.listen("127.0.0.1", free_port())
    try:
        yield listener.hostname, listener.port
    finally:
        listener.stop()


@pytest.fixture
def server(place: tuple[str, int]) -> Iterator[smtplib.LMTP]:
    with smtplib.LMTP(*place) as client:
        yield client


def test_it_is_texted_when_the_server_hears_so(server: smtplib.LMTP) -> None:
    server.sendmail("alice@example.com", [CAROL], mail())

    assert Message.objects.get().text == "See you at six"
    assert Mail.objects.get().recipient == CAROL


def test_each_recipient_comes_alone(server: smtplib.LMTP) -> None:
    put_off = server.sendmail("alice@example.com", [CAROL, OTHER], mail())

    assert {who: code for who, (code, _) in put_off.items()} == {OTHER: 452}
    server.sendmail("alice@example.com", [OTHER], mail())
    assert Message.objects.count() == 2


def test_an_address_that_is_not_ours_is_refused_at_once(server: smtplib.LMTP) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        server.sendmail("alice@example.com", ["12125550123@example.com"], mail())


def test_what_cannot_be_stored_now_has_to_come_again(
    server: smtplib.LMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(door, "take", busy)
        with pytest.raises(smtplib.SMTPDataError) as told:
            server.sendmail("alice@example.com", [CAROL], mail())
    assert told.value.smtp_code == 451

    server.sendmail("alice@example.com", [CAROL], mail())
    assert Message.objects.count() == 1


def test_a_copied_database_takes_nothing(
    server: smtplib.LMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "is_locked", lambda: True)

    with pytest.raises(smtplib.SMTPDataError):
        server.sendmail("alice@example.com", [CAROL], mail())
    assert not Mail.objects.exists()


def test_a_huge_mail_is_refused(server: smtplib.LMTP) -> None:
    with pytest.raises(smtplib.SMTPException):
        server.sendmail("alice@example.com", [CAROL], mail("x" * 79 + "\n" * 80_000) * 70)
    assert not Mail.objects.exists()


def test_eight_at_once_text_it_once(place: tuple[str, int]) -> None:
    """One mail, as eight connections of a server that heard no answer."""

    def hand_over(_: int) -> None:
        with smtplib.LMTP(*place) as one:
            one.sendmail("alice@example.com", [CAROL], mail())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hand_over, range(8)))

    assert Mail.objects.count() == 1
    assert Message.objects.count() == 1


def test_eight_different_ones_at_once_are_all_texted(place: tuple[str, int]) -> None:
    def take(n: int) -> None:
        try:
            door.take(mail(f"Text {n}", name=f"<{n}@example.com>"), [CAROL])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, range(8)))

    assert Message.objects.count() == 8
