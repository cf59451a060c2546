"""Whose an inbound text is, where it stands, and how a person corrects that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Comment, Contact, Phone
from messaging import outbox, people
from messaging.models import Conversation, Message, Number, Origin, Recipient
from tests.messaging.webhooks import CAROLS, OURS, inbound

pytestmark = pytest.mark.usefixtures("gateways")


@pytest.fixture
def dave(db):
    """Shares Carol's mobile."""
    contact = Contact.objects.create(first_name="Dave", last_name="Finch")
    Phone.objects.create(contact=contact, e164=CAROLS, kind="mobile", is_primary=True)
    return contact


def timeline(record):
    return [comment.body for comment in Comment.objects.on(record)]


def test_a_text_stands_on_the_contacts_timeline_and_in_the_inbox(carol, number):
    inbound("seven", "On my way")

    carol.refresh_from_db()
    conversation = Conversation.objects.get()
    assert timeline(carol) == ["On my way"]
    assert (conversation.contact, conversation.unread, conversation.number) == (carol, 1, number)
    assert (carol.texts_received, carol.last_reply_at) == (1, Message.objects.get().created_at)


def test_an_answer_stands_on_the_record_whose_comment_it_answers(roof, carol, number, alice):
    post_comment(on=roof, author=alice, body="sms: Shall we start on Monday?")
    Message.objects.update(status="sent", sent_at=timezone.now())

    inbound("simulator", "Tuesday please")

    assert timeline(roof) == ["Tuesday please", "Shall we start on Monday?"]
    assert timeline(carol) == ["Tuesday please", "Shall we start on Monday?"]
    assert Message.objects.get(direction="inbound").reply_to.text == "Shall we start on Monday?"


def test_nobody_answers_what_has_not_left_yet(roof, carol, number, alice):
    post_comment(on=roof, author=alice, body="sms: Later")

    inbound("simulator", "Hello")

    assert Message.objects.get(direction="inbound").reply_to is None
    assert timeline(roof) == ["Later"]


def test_an_unknown_number_becomes_a_contact_named_by_it(number):
    inbound("seven", "Who is this?", sender="+447700900123")
    inbound("seven", "Hello?", sender="+447700900123", external_id="id-2")

    contact = Contact.objects.get()
    assert contact.name == "+44 7700 900123"
    assert contact.phones.get().e164 == "+447700900123"
    assert contact.texts_received == 2


def test_a_name_as_sender_becomes_one_contact_that_cannot_be_texted(number):
    inbound("simulator", "Your code is 1", sender="ACME Bank")
    inbound("simulator", "Your code is 2", sender="ACME Bank", external_id="id-2")

    contact = Contact.objects.get()
    assert (contact.name, contact.phone_to_text(), contact.texts_received) == ("ACME Bank", None, 2)


def test_what_was_texted_before_anybody_had_the_number_joins_the_new_contact(number, alice):
    outbox.enqueue(text="Hi", phone="+447700900123", number=number, origin=Origin.QUICK)

    inbound("seven", "Who is this?", sender="+447700900123")

    contact = Contact.objects.get()
    assert Message.objects.filter(contact=contact).count() == 2
    assert timeline(contact) == ["Who is this?", "Hi"]


def test_of_two_with_one_phone_it_is_who_was_last_texted_from_that_number(
    carol, dave, number, sent, alice
):
    other = Number.objects.create(address="+12125550109", label="Sales", gateway="seven")
    sent("To Dave", contact=dave)
    sent("To Carol", contact=carol, number=other, external_id="2")

    inbound("seven", "Office", external_id="a")
    inbound("seven", "Sales", external_id="b", to="+12125550109")

    assert Message.objects.get(text="Office").contact == dave
    assert Message.objects.get(text="Sales").contact == carol
    assert people.others([CAROLS], dave, alice) == {CAROLS: [carol]}


def test_an_archived_contact_is_the_last_to_be_thought_of(carol, dave, number):
    Contact.objects.filter(pk=carol.pk).update(archived_at=timezone.now())

    inbound("seven", "Hello")

    assert Message.objects.get().contact == dave


def test_moving_a_conversation_takes_all_of_it_along_and_is_remembered(carol, dave, number, sent):
    sent("See you at six")
    inbound("seven", "This is Dave", external_id="a")
    conversation = Conversation.objects.get()

    moved = people.move(conversation, dave)
    inbound("seven", "Me again", external_id="b")
    sent("To Carol", external_id="3")
    inbound("seven", "And again", external_id="c")

    carol.refresh_from_db()
    dave.refresh_from_db()
    assert moved == 2
    assert timeline(dave)[-2:] == ["This is Dave", "See you at six"]
    assert timeline(carol) == []
    assert (carol.texts_received, dave.texts_received, dave.texts_sent) == (0, 3, 1)
    assert Conversation.objects.get(contact=dave).unread == 3
    assert not Conversation.objects.filter(contact=carol, unread__gt=0).exists()


def test_moving_one_text_leaves_what_came_before_it(carol, dave, number, sent):
    sent("See you at six", created_at=timezone.now() - timedelta(hours=1))
    inbound("seven", "This is Dave")

    moved = people.move(Message.objects.get(direction="inbound"), dave)

    assert moved == 1
    assert Message.objects.get(text="See you at six").contact == carol
    assert timeline(dave) == ["This is Dave"]


def test_a_move_reaches_only_the_thread_with_one_number_of_ours(carol, dave, number):
    Number.objects.create(address="+12125550109", label="Sales", gateway="seven")
    inbound("seven", "To the office", external_id="a")
    inbound("seven", "To sales", external_id="b", to="+12125550109")

    people.move(Message.objects.get(text="To the office"), dave)
    inbound("seven", "To sales again", external_id="c", to="+12125550109")

    assert set(Message.objects.filter(contact=carol).values_list("text", flat=True)) == {
        "To sales",
        "To sales again",
    }


def test_an_unknown_number_that_is_carols_gives_her_the_number(carol, number):
    inbound("seven", "My new phone", sender="+447700900123")
    stub = Contact.objects.exclude(pk=carol.pk).get()

    people.move(Conversation.objects.get(), carol)

    stub.refresh_from_db()
    assert carol.phones.filter(e164="+447700900123", is_primary=False).exists()
    assert (timeline(carol), timeline(stub), stub.texts_received) == (["My new phone"], [], 0)
    assert Conversation.objects.get().contact == carol


def test_when_the_contact_it_was_moved_to_is_deleted_the_phone_decides_again(carol, dave, number):
    inbound("seven", "This is Dave", external_id="a")
    people.move(Conversation.objects.get(), dave)
    dave.delete()

    inbound("seven", "Hello", external_id="b")

    assert Message.objects.get(text="Hello").contact == carol


def test_a_text_to_be_sent_only_without_an_answer_is_taken_back(carol, number):
    waiting = outbox.enqueue(
        text="Still interested?",
        phone=CAROLS,
        number=number,
        origin=Origin.FORM,
        contact=carol,
        send_after=timezone.now() + timedelta(days=1),
        cancel_on_reply=True,
    )

    inbound("seven", "Yes, call me")

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("cancelled", "replied")


def test_the_same_words_twice_are_two_texts_if_the_gateway_says_so(carol, number):
    inbound("seven", "Ok", external_id="a")
    inbound("seven", "Ok", external_id="b")
    inbound("seven", "Ok", external_id="b")

    assert Message.objects.count() == 2


def test_without_an_id_the_same_words_are_the_same_text_until_we_answer(carol, number, sent):
    inbound("smrtphone", "Ok", external_id="")
    inbound("smrtphone", "Ok", external_id="")
    sent("Then at six", gateway="smrtphone")
    inbound("smrtphone", "Ok", external_id="")

    assert Message.objects.filter(direction="inbound").count() == 2


def test_one_id_given_to_two_people_loses_nobodys_text(carol, number):
    inbound("d7", "From Carol", external_id="1")
    inbound("d7", "From another", external_id="1", sender="+447700900123")
    inbound("d7", "From another", external_id="1", sender="+447700900123")

    assert list(Message.objects.order_by("pk").values_list("text", "external_id")) == [
        ("From Carol", "1"),
        ("From another", ""),
    ]


def test_every_phone_that_ever_wrote_has_a_row_to_lock(carol, number):
    inbound("seven", "Hello")

    assert Recipient.objects.filter(pk=CAROLS, opted_out_at=None).exists()
    assert Message.objects.get().number.address == OURS
