"""What we write to the team: to the right people, once, and whatever the mail server thinks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models import Contact, Team
from contacts.privacy import erase
from messaging import arrivals, fence
from messaging.gateways.base import InboundText
from messaging.mail import addresses, door, letters
from messaging.models import Conversation, Letter, Mail, Message, Number, Preference, Status
from tests.messaging.mail.mails import mail
from tests.messaging.mail.postman import Postman, postman

State = Letter.State


@pytest.fixture
def office(settings: Any) -> Iterator[Postman]:
    with postman(settings) as made:
        yield made


def arrive(words: str = "At six it is") -> Message:
    news = InboundText(sender="+12125550123", to="+12125550100", text=words, external_id=words)
    message = arrivals.arrive(news, "simulator", timezone.now())
    assert message
    return message


def written_by_mail(text: str = "See you?") -> Message:
    """Alice's, and it left."""
    row = door.take(mail(text, name=f"<{text[:3]}@example.com>"))[0]
    assert row.message
    Message.objects.filter(pk=row.message.pk).update(
        status=Status.SENT, sent_at=timezone.now() - timedelta(seconds=1)
    )
    return row.message


def test_an_answer_goes_back_by_mail_and_can_be_answered(
    alice: User, carol: Contact, number: Number, office: Postman
) -> None:
    written_by_mail()

    arrive("At six it is.\nBcc: evil@example.com")
    assert letters.write() == 1

    [got] = office.got
    row = Conversation.objects.get()
    assert got["To"] == "alice@example.com"
    assert got["Subject"] == "Text from Carol Finch"
    assert got["In-Reply-To"] == "<See@example.com>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Reply-To"] == addresses.of_answer(row, alice)
    body = got.get_content().replace("\r\n", "\n")
    assert body.startswith("Answer above this line to text Carol Finch back.\n\nAt six it is.\n")
    assert f"/contacts/{carol.pk}/" in body

    answer = f"Fine\n\nOn 27 Nov 2026 smscrm wrote:\n> {body}"
    door.take(mail(answer, to=got["Reply-To"], name="<2@example.com>"))
    assert Message.objects.latest("pk").text == "Fine"


def test_it_is_written_once_by_however_many(
    alice: User, carol: Contact, number: Number, office: Postman
) -> None:
    written_by_mail()
    arrive()

    assert [letters.write(), letters.write()] == [1, 0]
    assert len(office.got) == 1


def chooses(user: User, *, mails: bool = True) -> None:
    user.email = f"{user.username}@example.com"
    user.save()
    Preference.objects.create(user=user, mail_inbound=mails)


def told() -> list[str]:
    return [row.user.username for row in Letter.objects.order_by("pk")]


def test_what_comes_in_is_mailed_to_whose_it_is_if_they_want(
    alice: User, bob: User, carol: Contact, number: Number
) -> None:
    arrive("One")
    assert told() == []

    Contact.objects.filter(pk=carol.pk).update(owner=alice)
    chooses(alice)
    arrive("Two")
    assert told() == ["alice"]

    chooses(bob)
    Conversation.objects.update(assignee=bob)
    arrive("Three")
    assert told() == ["alice", "bob"]

    Preference.objects.filter(user=bob).update(mail_inbound=False)
    arrive("Four")
    assert told() == ["alice", "bob"]


def test_who_wrote_the_mail_and_owns_the_contact_is_told_once(
    alice: User, carol: Contact, number: Number
) -> None:
    Contact.objects.filter(pk=carol.pk).update(owner=alice)
    chooses(alice)
    written_by_mail()

    arrive()

    assert told() == ["alice"]


@pytest.mark.parametrize("change", ["team", "gone", "no address"])
def test_who_may_not_know_is_not_told_not_even_later(
    change: str, alice: User, carol: Contact, number: Number, office: Postman
) -> None:
    written_by_mail()
    arrive("One")
    if change == "team":
        carol.team = Team.objects.create(name="Others")
        carol.save()
    elif change == "gone":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    else:
        User.objects.filter(pk=alice.pk).update(email="")

    arrive("Two")
    letters.write()

    assert office.got == []
    assert Letter.objects.get().state == State.FAILED


def test_a_mail_that_was_not_texted_goes_back_with_its_words(
    alice: User, number: Number, office: Postman
) -> None:
    door.take(mail("Dear Carol, six?", to="12125550123.999@sms.example.com"))

    letters.write()

    [got] = office.got
    assert got["In-Reply-To"] == "<one@example.com>"
    assert "None of our numbers is “999”." in got.get_content()
    assert "Dear Carol, six?" in got.get_content()
    assert Mail.objects.get().words == ""
    door.take(bytes(got))  # it came back by a mistake of somebody's server
    assert Letter.objects.count() == 1


@pytest.fixture
def waiting(alice: User, carol: Contact, number: Number) -> Letter:
    written_by_mail()
    arrive()
    return Letter.objects.get()


def test_a_mail_server_that_is_down_loses_nothing(
    waiting: Letter, office: Postman, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert letters.write() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == (State.WAITING, 1)
    assert "ConnectionRefused" in waiting.problem

    settings.EMAIL_PORT = port
    assert letters.write() == 0  # not yet
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert letters.write() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == (State.SENT, "")


@pytest.mark.parametrize(
    ("answer", "state"), [("451 later", State.WAITING), ("554 never", State.FAILED)]
)
def test_what_the_server_says_counts(
    answer: str, state: str, waiting: Letter, office: Postman
) -> None:
    office.answers = [answer]

    letters.write()

    waiting.refresh_from_db()
    assert waiting.state == state
    assert answer[:3] in waiting.problem


def test_after_two_days_it_is_given_up(waiting: Letter, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        letters.write()

    waiting.refresh_from_db()
    assert waiting.state == State.FAILED


def test_one_that_was_cut_off_leaves_again_under_the_same_name(
    waiting: Letter, office: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "_settle", lambda *_: True)  # killed before it could write
    letters.write()
    monkeypatch.undo()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        letters.write()

    first, second = office.got
    assert first["Message-ID"] == second["Message-ID"]


def test_of_who_was_erased_nothing_is_mailed(
    waiting: Letter, carol: Contact, alice: User, office: Postman
) -> None:
    door.take(mail("Carol?", to="12125550123.999@sms.example.com", name="<9@example.com>"))
    erase(carol, by=alice)

    letters.write()

    assert [one["Subject"] for one in office.got] == ["Your mail was not texted"]
    assert "2125550123" not in str(office.got[0])
    assert "Carol?" not in office.got[0].get_content()


def test_a_copied_database_writes_to_nobody(
    waiting: Letter, office: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "is_locked", lambda: True)

    assert letters.write() == 0
    assert office.got == []
