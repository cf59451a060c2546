"""The reply, quoted under the text that it answers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts import timeline
from contacts.comments import post_comment
from contacts.models import Comment, Contact, Deal
from messaging.models import Message, Number
from tests.messaging.views.test_live import LIVE, held
from tests.messaging.webhooks import inbound

pytestmark = pytest.mark.usefixtures("gateways")


@pytest.fixture
def asked(roof: Deal, carol: Contact, number: Number, alice: User) -> Message:
    post_comment(on=roof, author=alice, body="sms: Shall we start on Monday?")
    message = Message.objects.get()
    message.status, message.sent_at = "sent", timezone.now()
    message.save()
    return message


def quotes(html: str) -> list[str]:
    found = re.findall(r'<blockquote class="track-reply">.*?</blockquote>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", quote).strip() for quote in found]


def shown(browser: Client, record: Contact | Deal, **query: str) -> str:
    return browser.get(record.get_absolute_url(), {"tab": "activity", **query}).content.decode()


def test_the_first_reply_is_quoted_on_every_timeline_of_the_text(
    asked: Message, carol: Contact, roof: Deal, alices_browser: Client
) -> None:
    inbound("simulator", "Tuesday <b>please", external_id="1")
    inbound("simulator", "Or Wednesday", external_id="2")

    for record in (carol, roof):
        (quote,) = quotes(shown(alices_browser, record))
        assert quote.startswith("Carol replied: Tuesday &lt;b&gt;please")
        assert quotes(shown(alices_browser, record, show="sms")) == [quote]


def test_a_reply_redraws_the_track_that_it_answers(
    asked: Message, roof: Deal, alices_browser: Client
) -> None:
    page = held(alices_browser, roof.get_absolute_url())
    inbound("simulator", "Tuesday please")

    html = alices_browser.get(LIVE, page).content.decode()

    assert f'id="track-{asked.pk}" hx-swap-oob="true"' in html
    assert len(quotes(html)) == 1


def test_an_older_page_knows_the_reply_on_a_newer_one(
    asked: Message, roof: Deal, alice: User, alices_browser: Client
) -> None:
    inbound("simulator", "Tuesday please")
    Comment.objects.on(roof).filter(track__message=asked).update(
        created_at=timezone.now() - timedelta(days=1)
    )
    reply = Comment.objects.on(roof).get(track__message__reply_to=asked)
    Comment.objects.bulk_create(
        Comment(record=roof, author=alice, body=f"Note {i}", created_at=reply.created_at)
        for i in range(timeline.PAGE_SIZE)
    )

    assert quotes(shown(alices_browser, roof)) == []
    older = timeline.entries(roof).next
    assert len(quotes(shown(alices_browser, roof, cursor=older))) == 1


def test_a_reply_that_was_moved_to_somebody_else_is_not_quoted(
    asked: Message, carol: Contact, alices_browser: Client
) -> None:
    inbound("simulator", "Tuesday please")
    dave = Contact.objects.create(first_name="Dave")
    reply = Message.objects.get(reply_to=asked)
    Comment.objects.on(carol).filter(track__message=reply).update(object_id=dave.pk)

    assert quotes(shown(alices_browser, carol)) == []
