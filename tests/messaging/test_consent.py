"""STOP, START, HELP and plain words; what people decide; the ledger. By number, whoever has it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Comment, Contact, Phone
from messaging import answers, consent, outbox
from messaging.models import ConsentEvent, Message, Origin, Recipient, Status
from messaging.outbox.claim import claim
from tests.messaging.webhooks import CAROLS, inbound, post

pytestmark = pytest.mark.usefixtures("gateways")


def answered():
    return list(Message.objects.filter(origin="automatic").values_list("text", flat=True))


def ledger(phone=CAROLS):
    rows = ConsentEvent.objects.filter(recipient_id=phone).order_by("at", "pk")
    return list(rows.values_list("kind", "source", "words"))


def blocked(phone=CAROLS):
    return Recipient.objects.get(pk=phone).opted_out_at is not None


def waits_for_review(phone=CAROLS):
    return Recipient.objects.get(pk=phone).needs_review


@pytest.fixture
def stopped(carol, number):
    """Carol has texted STOP."""
    inbound("simulator", "Stop.", external_id="stop")


def test_stop_blocks_and_is_confirmed_once(carol, number):
    inbound("simulator", "Stop.", external_id="a")
    inbound("simulator", "STOP", external_id="b")
    inbound("simulator", "STOP", external_id="b")

    assert blocked()
    assert answered() == [answers.CONFIRMATION]
    assert ledger() == [("opted_out", "reply", "Stop."), ("opted_out", "reply", "STOP")]


def test_the_confirmation_leaves_although_the_number_is_blocked(stopped, carol, number, alice):
    (only,) = claim("simulator", 10)

    confirmation = Message.objects.get(pk=only.message_id)
    assert (confirmation.text, confirmation.number) == (answers.CONFIRMATION, number)
    assert answers.CONFIRMATION in [c.body for c in Comment.objects.on(carol)]


def test_stop_drops_what_is_queued_and_refuses_what_would_be(carol, number, alice):
    given = {"text": "Hi", "phone": CAROLS, "number": number, "origin": Origin.FORM}
    waiting = outbox.enqueue(**given, send_after=timezone.now() + timedelta(days=2))

    inbound("simulator", "STOP")

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("failed", "opted_out")
    with pytest.raises(outbox.CannotSend, match=r"asked on .* not to be texted"):
        outbox.enqueue(**given)


def test_smrtphone_confirms_itself(carol, number):
    inbound("smrtphone", "STOP")

    assert blocked()
    assert answered() == []


def test_an_inactive_number_confirms_nothing_but_heeds(carol, number):
    number.__class__.objects.update(is_default=False, active=False)

    inbound("simulator", "STOP")

    assert blocked()
    assert answered() == []


def test_a_country_not_allowed_gets_no_confirmation_but_is_heeded(carol, number, settings):
    settings.ALLOWED_COUNTRIES = ["GB"]

    answer = inbound("simulator", "STOP")

    assert (answer.status_code, blocked(), answered()) == (200, True, [])


@pytest.mark.parametrize("words", ["START", "Yes!", "unstop"])
def test_start_brings_back_who_had_left(words, stopped):
    inbound("simulator", words, external_id="start")

    assert not blocked()
    assert answered() == [answers.CONFIRMATION, answers.WELCOME_BACK]
    assert ledger()[-1] == ("opted_in", "reply", words)


@pytest.mark.parametrize("words", ["START", "Yes"])
def test_yes_is_an_everyday_answer_of_who_had_not_left(words, carol, number):
    inbound("simulator", words)

    assert not blocked()
    assert answered() == []
    assert ledger() == []


def test_a_stop_after_start_takes_the_welcome_back_and_is_confirmed_again(stopped):
    inbound("simulator", "START", external_id="start")
    inbound("simulator", "STOP", external_id="stop-2")

    left = Message.objects.filter(origin="automatic", status="queued")
    assert blocked()
    assert [m.text for m in left] == [answers.CONFIRMATION] * 2
    assert Message.objects.get(text=answers.WELCOME_BACK).reason == "opted_out"


def test_start_that_was_said_before_stop_and_came_late_brings_nobody_back(carol, number):
    now = timezone.now().timestamp()
    inbound("seven", "STOP", external_id="b", sent_at=now - 100)

    inbound("seven", "START", external_id="a", sent_at=now - 200)

    assert blocked()
    assert [kind for kind, *_ in ledger()] == ["opted_in", "opted_out"]


def test_stop_that_was_said_before_start_and_came_late_blocks_nobody(carol, number):
    now = timezone.now().timestamp()
    inbound("seven", "STOP", external_id="a", sent_at=now - 300)
    inbound("seven", "START", external_id="c", sent_at=now - 100)

    inbound("seven", "STOP", external_id="b", sent_at=now - 200)

    assert not blocked()
    assert len(ledger()) == 3


def test_a_gateways_clock_that_cannot_be_right_does_not_count(stopped):
    inbound("seven", "START", external_id="c", sent_at=1_000_000_000)

    assert not blocked()


def test_help_is_answered_but_not_to_who_had_left(carol, number):
    inbound("simulator", "HELP", external_id="a")
    inbound("simulator", "STOP", external_id="b")
    inbound("simulator", "Info?", external_id="c")

    assert answered() == [answers.HELP, answers.CONFIRMATION]


def test_two_machines_do_not_answer_each_other_for_ever(carol, number):
    for n in range(8):
        inbound("simulator", "HELP", external_id=str(n))

    assert len(answered()) == answers.ANSWERS_A_DAY


def test_a_name_gets_no_answer_to_its_stop(number):
    number.address = "Larkmoor"
    number.save()

    inbound("simulator", "STOP", to="Larkmoor")

    assert blocked()
    assert answered() == []


def test_plain_words_block_at_once_and_ask_a_person(carol, number):
    inbound("simulator", "please stop texting me")

    assert (blocked(), waits_for_review(), answered()) == (True, True, [])
    assert ledger() == [("asked_to_stop", "reply", "please stop texting me")]


def test_stop_settles_what_plain_words_left_open(carol, number):
    inbound("simulator", "please stop texting me", external_id="a")
    inbound("simulator", "STOP", external_id="b")

    assert (blocked(), waits_for_review()) == (True, False)
    assert answered() == [answers.CONFIRMATION]


def test_plain_words_after_stop_open_nothing_again(stopped):
    inbound("simulator", "please stop texting me", external_id="b")

    assert (blocked(), waits_for_review()) == (True, False)


def test_a_person_confirms_that_it_meant_stop(carol, number, alice):
    inbound("simulator", "wrong number")

    assert consent.confirm(CAROLS, alice)
    assert not consent.confirm(CAROLS, alice)

    assert (blocked(), waits_for_review()) == (True, False)
    assert ConsentEvent.objects.first().user == alice
    assert ledger()[-1] == ("opted_out", "person", "")


def test_a_person_finds_that_it_did_not_mean_stop(carol, number, alice):
    inbound("simulator", "please stop. the gate is closed")

    assert consent.lift(CAROLS, alice)

    assert (blocked(), waits_for_review()) == (False, False)
    assert ledger()[-1] == ("lifted", "person", "")


def test_nobody_lifts_a_stop(stopped, alice):
    assert not consent.lift(CAROLS, alice)
    assert blocked()


def test_a_person_blocks_a_number(carol, number, alice):
    consent.opt_out(
        CAROLS, source="person", user=alice, how="by phone", words="She said no more texts"
    )

    event = ConsentEvent.objects.get()
    assert blocked()
    assert (event.user, event.how, event.words) == (alice, "by phone", "She said no more texts")
    assert answered() == []


def test_a_documented_agreement_lets_a_number_be_texted_again(stopped, alice):
    consent.opt_in(CAROLS, user=alice, how="on paper", words="Yes, text me about the roof.")

    event = ConsentEvent.objects.first()
    assert not blocked()
    assert (event.kind, event.user, event.how) == ("opted_in", alice, "on paper")
    assert event.words == "Yes, text me about the roof."


@pytest.mark.parametrize(
    ("how", "words", "minutes", "why"),
    [
        ("by phone", "  ", 0, "word for word"),
        (" ", "Yes", 0, "Say how they agreed"),
        ("by phone", "Yes", 5, "still to come"),
        ("by phone", "Yes", -60, "asked after that"),
    ],
)
def test_an_agreement_without_words_or_older_than_stop_is_none(
    how, words, minutes, why, stopped, alice
):
    said_at = timezone.now() + timedelta(minutes=minutes) if minutes else None

    with pytest.raises(consent.ConsentRefused, match=why):
        consent.opt_in(CAROLS, user=alice, how=how, words=words, said_at=said_at)

    assert blocked()
    assert len(ledger()) == 1


def test_a_stop_said_before_an_agreement_that_came_after_it_still_blocks(carol, number, alice):
    consent.opt_in(CAROLS, user=alice, how="on paper", words="Text me")
    inbound("seven", "STOP", sent_at=(timezone.now() - timedelta(hours=1)).timestamp())

    assert blocked()


def test_a_gateway_that_unblocks_a_number_consents_to_nothing(stopped):
    post("smrtphone", {"event": "removeNumberFromDNT", "phone": CAROLS, "source": "admin"})

    assert (blocked(), waits_for_review()) == (True, True)


def test_it_survives_that_a_contact_is_deleted_and_made_again(stopped, carol, number):
    carol.delete()
    again = Contact.objects.create(first_name="Carol")
    Phone.objects.create(contact=again, e164=CAROLS, is_primary=True)

    assert blocked()
    assert len(ledger()) == 1
    with pytest.raises(outbox.CannotSend):
        outbox.enqueue(text="Hi", phone=CAROLS, number=number, origin=Origin.API, contact=again)


def test_it_blocks_a_number_that_another_contact_has_as_well(stopped, number):
    dave = Contact.objects.create(first_name="Dave")
    Phone.objects.create(contact=dave, e164=CAROLS)

    with pytest.raises(outbox.CannotSend):
        outbox.enqueue(text="Hi", phone=CAROLS, number=number, origin=Origin.FORM, contact=dave)


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_nothing_queued_past_the_check_is_claimed_after_stop(carol, number, alice):
    for n in range(5):
        outbox.enqueue(text=f"Text {n}", phone=CAROLS, number=number, origin=Origin.BROADCAST)
    rows = list(Message.objects.values_list("pk", flat=True))

    inbound("simulator", "STOP")
    Message.objects.filter(pk__in=rows).update(status=Status.QUEUED, settled_at=None)
    claimed = claim("simulator", 10)

    assert [one.outgoing.text for one in claimed] == [answers.CONFIRMATION]
    assert set(Message.objects.filter(pk__in=rows).values_list("reason", flat=True)) == {
        "opted_out"
    }
