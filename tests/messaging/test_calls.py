"""A comment that calls: spoken once or not at all, and tracked like a text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.comments import CommentRefused, post_comment
from contacts.models import Comment, Contact, Deal, Member
from contacts.roles import Role
from messaging import consent, exporting, facts, outbox, texting, trackcards, wire, wording
from messaging.models import Channel, ConsentEvent, DailyUse, Message, Number, Status, Trigger
from messaging.outbox.claim import claim
from messaging.outbox.reconcile import reconcile
from tests.messaging.gateways.server import Server, answer, reset
from tests.messaging.webhooks import post

NOW = timedelta(0)
CAROLS = "+12125550123"
SPOKEN = {
    "success": "100",
    "messages": [{"id": "1384013", "recipient": CAROLS[1:], "price": 0.045, "success": True}],
}


@pytest.fixture
def server(settings: LazySettings) -> Any:
    server = Server()
    server.plays(answer(200, SPOKEN))
    settings.GATEWAYS = {
        "seven": {"api_key": "key-for-tests", "signing_secret": "", "base_url": server.url},
        "d7": {"token": "token-for-tests", "base_url": server.url},
    }
    wire.forget()
    yield server
    server.stop()


@pytest.fixture
def sales(server: Server, transactional_db: None, number: Number) -> Number:
    """Our default number, at seven.io."""
    number.gateway = "seven"
    number.save()
    return number


def say(on: Any, author: User | None = None, words: str = "Your car is ready") -> Message:
    post_comment(on=on, author=author, body=f"call: {words}")
    message = Message.objects.latest("pk")
    Message.objects.filter(pk=message.pk).update(send_after=timezone.now())
    return message


def now(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_call_comment_becomes_a_track_and_is_spoken_once(
    roof: Deal, carol: Contact, sales: Number, server: Server, alice: User
) -> None:
    message = say(roof, alice)
    outbox.drain(linger=NOW)
    outbox.drain(linger=NOW)

    (request,) = server.received
    assert request.path == "/voice"
    assert request.json["text"] == "Your car is ready"
    assert request.json["foreign_id"] == str(message.reference)
    assert (now(message).status, message.channel) == (Status.SENT, Channel.CALL)
    assert (message.segments, message.encoding, message.external_id) == (0, "", "1384013")
    for record in (roof, carol):
        (entry,) = Comment.objects.on(record)
        assert (entry.kind, entry.track.message) == (Comment.Kind.TRACK, message)


@pytest.mark.parametrize(
    ("status", "ours", "words"),
    [("completed", "delivered", "Answered"), ("no-answer", "undelivered", "Not answered")],
)
def test_the_gateways_webhook_moves_it_on(
    carol: Contact, sales: Number, status: str, ours: str, words: str
) -> None:
    message = say(carol)
    outbox.drain(linger=NOW)
    data = {"id": "1384013", "recipient": "12125550123", "status": status, "duration": "7"}

    post("seven", {"webhook_event": "voice_status", "data": data})

    assert now(message).status == ours
    assert [step.words for step in trackcards.rail(message)] == ["Queued", "Called", words]


def test_the_same_id_of_a_text_is_another_thing(carol: Contact, sales: Number) -> None:
    post_comment(on=carol, author=None, body="sms: Hello")
    Message.objects.update(status=Status.SENT, sent_at=timezone.now(), attempt_no=1)
    Message.objects.update(external_id="1384013", gateway="seven")
    data = {"id": "1384013", "recipient": "12125550123", "status": "completed"}

    post("seven", {"webhook_event": "voice_status", "data": data})

    assert Message.objects.get().status == Status.SENT


def test_nobody_is_called_twice_when_nobody_knows(
    carol: Contact, sales: Number, server: Server
) -> None:
    message, begun = say(carol), timezone.now()
    server.plays(reset)
    outbox.drain(linger=NOW)
    assert now(message).status == Status.UNCONFIRMED

    server.plays(answer(200, []))  # the journal has never seen it
    for minutes in range(0, 60, 5):
        reconcile(begun + timedelta(minutes=minutes))
        outbox.drain(linger=NOW)

    assert now(message).status == Status.UNCONFIRMED
    assert [r.path for r in server.received].count("/voice") == 1
    assert "whether anybody was called" in wording.reason(message)


def test_the_journal_of_calls_proves_that_one_was_made(
    carol: Contact, sales: Number, server: Server
) -> None:
    message = say(carol)
    server.plays(answer(500))
    outbox.drain(linger=NOW)
    found = {"id": "77", "foreign_id": str(message.reference), "status": "completed"}

    server.plays(answer(200, [found]))
    reconcile()

    assert (now(message).status, message.external_id) == (Status.DELIVERED, "77")


def test_calls_never_share_a_request_with_texts_or_each_other(
    carol: Contact, sales: Number, server: Server
) -> None:
    others = ["+12125550124", "+12125550125"]
    given: dict[str, Any] = {"number": sales, "origin": "api", "text": "Fresh today"}
    for phone in [CAROLS, *others]:
        outbox.enqueue(phone=phone, channel=Channel.CALL, **given)
        outbox.enqueue(phone=phone, **given)

    claims = claim("seven", 50, wire.build("seven"))  # type: ignore[arg-type]

    batches = {one.message_id: one.batch for one in claims}
    calls = set(Message.objects.filter(channel="call").values_list("pk", flat=True))
    assert {batches[pk] for pk in calls} == {None}
    assert len({batch for pk, batch in batches.items() if pk not in calls}) == 1


def test_whoever_opted_out_is_not_called_either(carol: Contact, sales: Number) -> None:
    consent.opt_out(CAROLS, source=ConsentEvent.Source.GATEWAY, words="STOP", at=timezone.now())

    with pytest.raises(CommentRefused, match=r"not to be texted, and so is not called either\."):
        post_comment(on=carol, author=None, body="call: hello")

    assert not Message.objects.exists()


def test_stop_that_comes_before_the_claim_ends_a_call_too(
    carol: Contact, sales: Number, server: Server
) -> None:
    message = say(carol)
    consent.opt_out(CAROLS, source=ConsentEvent.Source.GATEWAY, words="STOP", at=timezone.now())

    outbox.drain(linger=NOW)

    assert (now(message).status, message.reason) == (Status.FAILED, "opted_out")
    assert not server.received


def test_a_call_uses_up_the_numbers_day(carol: Contact, sales: Number, server: Server) -> None:
    Number.objects.update(daily_limit=1)
    first, second = say(carol), say(carol, words="Once more")

    outbox.drain(linger=NOW)

    assert (now(first).status, now(second).status) == (Status.SENT, Status.QUEUED)
    assert DailyUse.objects.get().used == 1
    assert len(server.received) == 1


def test_a_call_that_a_limit_put_off_waits_for_a_fair_hour(
    carol: Contact, number: Number, alice: User
) -> None:
    night = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 23:00 the day before, where Carol is
    Contact.objects.update(time_zone="America/New_York")
    with time_machine.travel(night, tick=False):
        fresh, put_off = say(carol), say(carol, words="Again")
        Message.objects.filter(pk=put_off.pk).update(reason="daily_limit")

        mine = claim("simulator", 10)

    assert [one.message_id for one in mine] == [fresh.pk]
    assert now(put_off).reason == "quiet_hours"
    assert put_off.send_after == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


def test_a_number_that_moved_to_a_gateway_without_calls_lets_nothing_leave(
    carol: Contact, sales: Number, server: Server
) -> None:
    message = say(carol)
    Number.objects.update(gateway="d7")

    outbox.drain(linger=NOW)

    assert (now(message).status, message.reason) == (Status.FAILED, "no_such_channel")
    assert not server.received


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gateway": "d7"}, "Office .* cannot call: D7 Networks carries texts, Viber and WhatsApp"),
        ({"address": "Finch"}, "Office .* is a name, and a name cannot call"),
        ({"gateway": "smrtphone"}, "smrtPhone is not set up"),
        ({"active": False, "is_default": False}, "There is no number to send from yet"),
    ],
)
def test_a_number_that_cannot_call_refuses_in_plain_words(
    carol: Contact, sales: Number, changes: dict[str, Any], words: str
) -> None:
    Number.objects.update(**changes)

    with pytest.raises(CommentRefused, match=words):
        post_comment(on=carol, author=None, body="call: hello")

    assert not carol.comments.exists()


def test_the_refusal_stands_under_the_field_and_the_words_stay(
    carol: Contact, sales: Number, alices_browser: Client
) -> None:
    Number.objects.update(gateway="d7")

    page = alices_browser.post(carol.get_absolute_url(), {"body": "call: Your car is ready"})

    assert page.status_code == 422
    assert "carries texts, Viber and WhatsApp" in page.content.decode()
    assert "call: Your car is ready</textarea>" in page.content.decode()


def test_too_much_to_be_spoken_is_refused_and_a_thousand_characters_are_not(
    carol: Contact, number: Number
) -> None:
    with pytest.raises(CommentRefused, match="1,001 characters, and a call speaks at most 1,000"):
        post_comment(on=carol, author=None, body="call: " + "a" * 1001)

    assert say(carol, words="a" * 1000).segments == 0


@pytest.mark.parametrize("body", ["call him on Monday", "Call Bob back", r"\call: me", "Recall: x"])
def test_what_people_note_about_calls_calls_nobody(
    carol: Contact, number: Number, body: str
) -> None:
    comment = post_comment(on=carol, author=None, body=body)

    assert comment.kind == Comment.Kind.COMMENT
    assert not comment.hints
    assert not Message.objects.exists()


def test_a_prefix_that_is_nearly_right_says_that_nobody_was_called(
    carol: Contact, number: Number
) -> None:
    comment = post_comment(on=carol, author=None, body="calll: hello")

    assert comment.hints == ["Kept as a comment, nobody was called. To call, start with “call:”."]


def test_a_trigger_of_ones_own_calls_from_its_number(
    carol: Contact, number: Number, alice: User
) -> None:
    sales = Number.objects.create(address="+12125550102", label="Sales", gateway="simulator")
    Trigger.objects.create(prefix="ring:", channel=Channel.CALL, number=sales)

    post_comment(on=carol, author=alice, body="ring: hello")

    message = Message.objects.get()
    assert (message.channel, message.number) == (Channel.CALL, sales)


def test_a_call_that_nobody_answered_is_made_again_as_a_call(
    carol: Contact, number: Number, alice: User
) -> None:
    message = say(carol, alice)
    Message.objects.update(status=Status.UNDELIVERED, sent_at=timezone.now(), attempt_no=1)

    again = texting.send_again(now(message), author=alice)

    assert (again.channel, again.segments, again.retry_of) == (Channel.CALL, 0, message)


def test_undo_puts_a_call_back_with_its_own_prefix(
    carol: Contact, number: Number, alices_browser: Client, alice: User
) -> None:
    message = say(carol, alice)
    url = f"/communications/{message.pk}/cancel/"

    told = alices_browser.post(url, {"page": f"contact-{carol.pk}"}, headers={"HX-Request": "true"})

    assert '"text": "call: Your car is ready"' in told["HX-Trigger"]
    assert now(message).status == Status.CANCELLED


def test_the_simulator_speaks_and_the_handset_shows_what_it_said(
    carol: Contact, number: Number, alices_browser: Client, alice: User
) -> None:
    say(carol, alice)
    (mine,) = claim("simulator", 10)

    receipt = wire.build("simulator").send(mine.outgoing)
    Message.objects.update(status=Status.DELIVERED, sent_at=timezone.now(), attempt_no=1)
    page = alices_browser.get("/handset/").content.decode()

    assert receipt.segments is None
    assert '<b>Call:</b> <span class="bubble-text">Your car is ready' in page


def test_communications_tells_calls_from_texts(
    carol: Contact, number: Number, alices_browser: Client, alice: User
) -> None:
    say(carol, alice)
    post_comment(on=carol, author=alice, body="sms: See you at six")

    calls = alices_browser.get("/communications/?channel=call").content.decode()
    texts = alices_browser.get("/communications/?channel=sms").content.decode()

    assert "<b>Call:</b> Your car is ready" in calls
    assert "See you at six" not in calls
    assert "Your car is ready" not in texts


def test_timelines_the_api_and_exports_say_that_it_was_a_call(
    carol: Contact, number: Number, alices_browser: Client, alice: User
) -> None:
    message = say(carol, alice)

    page = alices_browser.get(f"{carol.get_absolute_url()}?tab=activity").content.decode()
    detail = alices_browser.get(f"/communications/{message.pk}/").content.decode()
    names, row = exporting.rows([now(message)], UTC)

    assert "called Carol" in page
    assert "Call to Carol" in detail
    assert "17 characters" in detail
    assert facts.message(message)["channel"] == "call"
    assert dict(zip(names, row, strict=True))["Channel"] == "Call"


def test_a_trigger_may_not_call_from_a_number_that_cannot(
    sales: Number, alices_browser: Client, alice: User
) -> None:
    Member.objects.filter(user=alice).update(role=Role.ADMIN)
    Number.objects.update(gateway="d7")
    given = {"prefix": "ring", "channel": "call", "number": sales.pk, "active": "on"}

    page = alices_browser.post("/triggers/new/", given)

    assert page.status_code == 422
    assert "carries texts, Viber and WhatsApp" in page.content.decode()
    assert not Trigger.objects.filter(prefix="ring:").exists()


@pytest.mark.parametrize("has_comments", [True, False])
def test_an_upgrade_does_not_let_old_habits_ring_phones(carol: Contact, has_comments: bool) -> None:
    Trigger.objects.all().delete()
    if has_comments:
        post_comment(on=carol, author=None, body="call: she is out until Monday")

    import_module("messaging.migrations.0029_voice").add(apps, None)

    assert Trigger.objects.get(prefix="call:").active is not has_comments
