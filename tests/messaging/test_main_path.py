"""The main job, end to end through the outbox: a comment that texts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from contacts.comments import CommentRefused, post_comment
from contacts.models import Comment, Contact, Deal
from messaging import outbox
from messaging.models import Message, Number, Status


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
