"""A mail of ours becomes a text, once; whatever cannot be texted goes back to who wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models import Comment, Contact, Member, Team
from contacts.roles import Role
from messaging import consent
from messaging.mail import addresses, door
from messaging.models import Conversation, Letter, Mail, Message, Number, Origin, Status
from tests.messaging.mail.mails import PASSED, mail

Outcome = Mail.Outcome
CAROL = "12125550123@sms.example.com"


def taken(*args: Any, **kwargs: Any) -> Mail:
    return door.take(mail(*args, **kwargs))[0]


def test_a_mail_to_a_phone_texts_it_at_once(alice: User, carol: Contact, number: Number) -> None:
    row = taken("See you at six\n\n-- \nAlice")

    text = Message.objects.get()
    assert (row.outcome, row.user, row.message) == (Outcome.TEXTED, alice, text)
    assert (text.text, text.phone, text.number) == ("See you at six", "+12125550123", number)
    assert (text.origin, text.author, text.contact) == (Origin.MAIL, alice, carol)
    assert text.status == Status.QUEUED
    assert text.send_after <= timezone.now()
    assert Comment.objects.on(carol).get().kind == Comment.Kind.TRACK
    assert not Letter.objects.exists()


def test_the_number_in_the_address_sends_it(alice: User, carol: Contact, number: Number) -> None:
    second = Number.objects.create(address="+12125550177", label="Sales", gateway="simulator")
    name = Number.objects.create(address="Finch & Co", label="Name", gateway="simulator")

    for n, (given, sender) in enumerate([("12125550177", second), ("FinchCo", name)]):
        taken(to=f"12125550123.{given}@sms.example.com", name=f"<{n}@example.com>")
        assert Message.objects.latest("pk").number == sender


def test_somebody_nobody_has_is_texted_too(alice: User, number: Number) -> None:
    taken(to="12125550199@sms.example.com")

    assert Message.objects.get().contact is None


def test_the_same_mail_texts_once(alice: User, carol: Contact, number: Number) -> None:
    first = taken()

    assert taken() == first
    assert taken("Other words, same Message-ID") == first
    assert Message.objects.count() == 1


def test_two_people_in_one_mail_get_a_text_each(
    alice: User, carol: Contact, number: Number
) -> None:
    door.take(mail(to=f"{CAROL}, 12125550124@sms.example.com, bob@example.com"))

    assert sorted(Message.objects.values_list("phone", flat=True)) == [
        "+12125550123",
        "+12125550124",
    ]


def test_of_a_thousand_people_ten_are_texted_and_one_sentence_says_so(
    alice: User, number: Number
) -> None:
    many = ", ".join(f"1212555{n:04}@sms.example.com" for n in range(1000))

    door.take(mail(to=many))

    assert Message.objects.count() == door.MOST
    assert Mail.objects.exclude(outcome=Outcome.TEXTED).get().problem == door.TOO_MANY
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"results": ""}, "vouch"),
        ({"results": PASSED.replace("pass", "fail")}, "vouch"),
        ({"sender": "Mallory <mallory@example.com>"}, "Nobody here"),
        ({"sender": "alice@example.com, bob@example.com"}, "one sender"),
        ({"Auto_Submitted": "auto-replied"}, "machine"),
    ],
)
def test_who_may_be_anybody_is_ignored_and_not_answered(
    given: dict[str, str], problem: str, alice: User, carol: Contact, number: Number
) -> None:
    row = taken(**given)

    assert row.outcome == Outcome.IGNORED
    assert problem in row.problem
    assert (row.user, row.words) == (None, "")
    assert not Message.objects.exists()
    assert not Letter.objects.exists()


def test_without_our_mail_servers_name_nobody_is_vouched_for(
    alice: User, carol: Contact, number: Number, settings: Any
) -> None:
    settings.MAIL_AUTHSERV_ID = ""

    assert taken(results="; dmarc=pass header.from=example.com").outcome == Outcome.IGNORED


def test_an_address_that_two_of_us_have_is_nobodys(
    alice: User, bob: User, carol: Contact, number: Number
) -> None:
    User.objects.filter(pk=bob.pk).update(email="ALICE@example.com")

    assert taken().outcome == Outcome.IGNORED


def test_who_was_deactivated_is_a_stranger(alice: User, carol: Contact, number: Number) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert taken().outcome == Outcome.IGNORED


def refused(row: Mail, problem: str) -> bool:
    letter = Letter.objects.get(mail=row)
    assert (row.outcome, letter.user) == (Outcome.REFUSED, row.user)
    assert problem in row.problem
    assert not Message.objects.filter(origin=Origin.MAIL).exists()
    return True


def test_who_opted_out_is_not_texted(alice: User, carol: Contact, number: Number) -> None:
    consent.opt_out("+12125550123", source="person", user=alice, words="No texts please")

    row = taken("See you at six")

    assert refused(row, "not to be texted")
    assert row.words == "See you at six"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"words": "> only a quote"}, "no words of yours"),
        ({"to": "12125550123.999@sms.example.com"}, "None of our numbers is “999”."),
        ({"to": "99999999999@sms.example.com"}, ""),
        ({"to": "sales@sms.example.com"}, "Nothing has this address"),
        ({"words": "x" * 2000}, "too long"),
    ],
)
def test_what_cannot_be_texted_goes_back(
    given: dict[str, str], problem: str, alice: User, carol: Contact, number: Number
) -> None:
    assert refused(taken(**given), problem)


def test_who_only_reads_texts_nobody(alice: User, carol: Contact, number: Number) -> None:
    Member.objects.filter(user=alice).update(role=Role.READER)

    assert refused(taken(), "may not text anybody")


def test_without_a_number_of_ours_it_goes_back(alice: User, carol: Contact) -> None:
    assert refused(taken(), "no number to send from")


@pytest.fixture
def talk(carol: Contact, number: Number) -> Conversation:
    return Conversation.objects.create(
        contact=carol, phone="+12125550123", number=number, last_at=timezone.now()
    )


def test_an_answer_goes_to_that_person_from_that_number(
    talk: Conversation, alice: User, carol: Contact
) -> None:
    talk.number = Number.objects.create(address="+12125550177", label="Sales", gateway="simulator")
    talk.save()

    taken("Yes", to=addresses.of_answer(talk, alice))

    text = Message.objects.get()
    assert (text.text, text.contact, text.phone) == ("Yes", carol, "+12125550123")
    assert text.number == talk.number


def test_nobody_answers_for_somebody_else(talk: Conversation, alice: User, bob: User) -> None:
    assert refused(taken(to=addresses.of_answer(talk, bob)), "Nothing has this address")


def test_nobody_answers_what_another_team_has_by_now(
    talk: Conversation, alice: User, carol: Contact
) -> None:
    address = addresses.of_answer(talk, alice)
    carol.team = Team.objects.create(name="Others")
    carol.save()

    assert refused(taken(to=address), "Nothing has this address")


def test_a_phone_of_another_teams_contact_is_a_bare_number(
    alice: User, carol: Contact, number: Number
) -> None:
    carol.team = Team.objects.create(name="Others")
    carol.save()

    taken()

    assert Message.objects.get().contact is None


def test_where_no_mail_can_be_sent_the_words_stay_in_the_log(
    alice: User, carol: Contact, settings: Any
) -> None:
    settings.EMAIL_URL = ""

    assert taken("See you").words == "See you"
    assert not Letter.objects.exists()
