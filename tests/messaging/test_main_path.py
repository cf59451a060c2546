"""The main job, end to end through the outbox: a comment that texts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from contacts.comments import CommentRefused, post_comment
from contacts.models import Comment, Contact, Deal
from messaging import outbox
from messaging.models import Message, Number, Status, Trigger


@pytest.mark.django_db(transaction=True)
def test_an_sms_comment_becomes_a_track_in_its_place_and_is_sent(
    carol: Contact, number: Number, alice: User
) -> None:
    comment = post_comment(on=carol, author=alice, body="sms: Hello Wörld €")

    outbox.drain(linger=timedelta(0))

    message = Message.objects.get()
    comment.refresh_from_db()
    assert comment.kind == Comment.Kind.TRACK
    assert comment.track.message == message
    assert (message.text, message.phone, message.author) == ("Hello Wörld €", "+12125550123", alice)
    assert message.status == Status.SENT
    assert message.attempts.get().outcome == "accepted"


@pytest.mark.django_db(transaction=True)
def test_a_text_from_a_deal_stands_on_the_deal_and_on_its_contact(
    roof: Deal, carol: Contact, number: Number, alice: User
) -> None:
    post_comment(on=roof, author=alice, body="SMS: the roof is done")

    message = Message.objects.get()
    assert [c.track.message for c in Comment.objects.on(roof)] == [message]
    assert [c.track.message for c in Comment.objects.on(carol)] == [message]


def test_an_sms_comment_that_cannot_be_sent_leaves_nothing_behind(
    carol: Contact, number: Number, alice: User
) -> None:
    carol.phones.all().delete()

    with pytest.raises(CommentRefused, match="Carol has no phone number to text"):
        post_comment(on=carol, author=alice, body="sms: hello")

    assert not carol.comments.exists()
    assert not Message.objects.exists()


def test_line_ends_of_a_browser_are_not_paid_for(carol: Contact, number: Number) -> None:
    post_comment(on=carol, author=None, body="sms: one\r\ntwo")

    message = Message.objects.get()
    assert message.text == "one\ntwo"


def test_only_the_first_prefix_is_stripped(carol: Contact, number: Number) -> None:
    post_comment(on=carol, author=None, body="  SMS : use sms: here")

    assert Message.objects.get().text == "use sms: here"


@pytest.mark.parametrize(
    ("body", "hinted"),
    [
        ("sms; hello", True),
        ("smss: hello", True),
        ("sms hello", True),
        ("message: hello", False),
        ("Call her on Monday: she said so", False),
    ],
)
def test_a_look_alike_stays_a_comment_and_says_so(
    carol: Contact, number: Number, body: str, hinted: bool
) -> None:
    comment = post_comment(on=carol, author=None, body=body)

    assert (comment.kind, comment.body, bool(comment.hints)) == ("comment", body, hinted)
    assert not Message.objects.exists()


def test_a_backslash_keeps_a_comment_a_comment(carol: Contact, number: Number) -> None:
    comment = post_comment(on=carol, author=None, body="\\sms: is how to text")

    assert (comment.kind, comment.body) == ("comment", "sms: is how to text")


def test_a_trigger_of_its_own_sends_from_its_number_on_its_record_types(
    carol: Contact, roof: Deal, number: Number
) -> None:
    sales = Number.objects.create(address="+12125550188", label="Sales", gateway="simulator")
    trigger = Trigger.objects.create(prefix="sales:", number=sales)
    trigger.record_types.add(ContentType.objects.get_for_model(Deal))

    post_comment(on=roof, author=None, body="sales: hello")
    plain = post_comment(on=carol, author=None, body="sales: hello")

    assert Message.objects.get().number == sales
    assert plain.kind == "comment"


def test_the_next_text_leaves_from_the_number_of_the_conversation(
    carol: Contact, number: Number
) -> None:
    other = Number.objects.create(address="+12125550188", label="Sales", gateway="simulator")
    Trigger.objects.create(prefix="sales:", number=other)
    post_comment(on=carol, author=None, body="sales: hello")

    post_comment(on=carol, author=None, body="sms: and again")

    assert set(Message.objects.values_list("number", flat=True)) == {other.pk}
