"""A comment that writes in Viber or WhatsApp: sent once or not at all, and tracked like a text."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.comments import CommentRefused, post_comment
from contacts.models import Comment, Contact, Deal, Member
from contacts.roles import Role
from messaging import consent, exporting, outbox, texting, trackcards, wire, wording
from messaging.models import (
    Channel,
    ConsentEvent,
    DailyUse,
    Event,
    GatewayState,
    Message,
    Number,
    Status,
    Trigger,
)
from messaging.outbox.claim import claim
from messaging.outbox.reconcile import poll, reconcile
from tests.messaging.gateways.server import Server, answer, reset
from tests.messaging.webhooks import FORM, post

NOW = timedelta(0)
CAROLS = "+12125550123"
ACCEPTED = {"request_id": "f44e-01", "status": "accepted", "created_at": "2026-11-28T09:00:00Z"}
WINDOW = "Message failed to send because more than 24 hours have passed since they last replied."


@pytest.fixture
def server(settings: LazySettings) -> Any:
    server = Server()
    server.plays(answer(200, ACCEPTED))
    settings.GATEWAYS = {
        "seven": {"api_key": "key-for-tests", "signing_secret": "", "base_url": server.url},
        "d7": {"token": "token-for-tests", "base_url": server.url},
        "smrtphone": {"token": "token-for-tests", "base_url": server.url},
    }
    wire.forget()
    yield server
    server.stop()


@pytest.fixture
def sales(server: Server, transactional_db: None, number: Number) -> Number:
    """Our default number, at D7."""
    number.gateway = "d7"
    number.save()
    return number


@pytest.fixture(params=["viber", "whatsapp"])
def app(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def name(app: str) -> str:
    return {"viber": "Viber", "whatsapp": "WhatsApp"}[app]


def write(app: str, on: Any, author: User | None = None, words: str = "It is ready") -> Message:
    post_comment(on=on, author=author, body=f"{app}: {words}")
    message = Message.objects.latest("pk")
    Message.objects.filter(pk=message.pk).update(send_after=timezone.now())
    return message


def now(message: Message) -> Message:
    message.refresh_from_db()
    return message


def report(message: Message, status: str, **more: Any) -> Any:
    """As D7 posts it to the address of this very message."""
    query = f"?reference={message.reference}&channel={message.channel}"
    if message.channel == "viber":
        body = f"request_id=f44e-01&msg_id=m1&recipient=12125550123&status={status}"
        return post("d7", body.encode(), kind=FORM, query=query)
    told = {"event_type": "DELIVERY_EVENTS", "request_id": "f44e-01", "recipient": CAROLS}
    return post("d7", told | {"status": status} | more, query=query)


def log(status: str) -> dict[str, Any]:
    return {"messages": [{"msg_id": "m1", "recipient": CAROLS, "status": status}]}


def test_a_comment_becomes_a_track_and_is_sent_once_by_its_app(
    roof: Deal, carol: Contact, sales: Number, server: Server, alice: User, app: str
) -> None:
    message = write(app, roof, alice)
    outbox.drain(linger=NOW)
    outbox.drain(linger=NOW)

    (request,) = server.received
    assert request.path == {"viber": "/viber/v1/send", "whatsapp": "/whatsapp/v2/send"}[app]
    assert f"reference={message.reference}&channel={app}" in str(request.json)
    assert (now(message).status, message.channel) == (Status.SENT, app)
    assert (message.segments, message.encoding, message.external_id) == (0, "", "f44e-01")
    for record in (roof, carol):
        (entry,) = Comment.objects.on(record)
        assert (entry.kind, entry.track.message) == (Comment.Kind.TRACK, message)


def test_its_report_moves_it_on(carol: Contact, sales: Number, app: str) -> None:
    message = write(app, carol)
    outbox.drain(linger=NOW)

    answered = report(message, "delivered")

    assert answered.status_code == 200
    assert now(message).status == Status.DELIVERED
    assert [step.words for step in trackcards.rail(message)] == ["Queued", "Sent", "Delivered"]


def test_whatsapp_read_is_delivered_and_stays_so(carol: Contact, sales: Number) -> None:
    message = write("whatsapp", carol)
    outbox.drain(linger=NOW)

    report(message, "read", reason="Read by the user")
    report(message, "sent")

    assert now(message).status == Status.DELIVERED


def test_a_word_nobody_knows_changes_nothing_and_is_kept(
    carol: Contact, sales: Number, app: str
) -> None:
    message = write(app, carol)
    outbox.drain(linger=NOW)

    answered = report(message, "pondering")

    assert answered.status_code == 200
    assert now(message).status == Status.SENT
    assert b"pondering" in bytes(Event.objects.get().body)


@pytest.mark.parametrize("detail", [{"code": "X", "message": WINDOW}, [{"msg": WINDOW}], WINDOW])
def test_a_refusal_shows_as_failed_with_the_gateways_words(
    carol: Contact, sales: Number, server: Server, alices_browser: Client, app: str, detail: Any
) -> None:
    message = write(app, carol)
    server.plays(answer(400, {"detail": detail}))

    outbox.drain(linger=NOW)
    page = alices_browser.get(f"{carol.get_absolute_url()}?tab=activity").content.decode()

    assert now(message).status == Status.FAILED
    assert WINDOW in wording.reason(message)
    assert WINDOW in page


def test_a_closed_window_that_whatsapp_tells_of_later_shows_as_failed_with_its_words(
    carol: Contact, sales: Number
) -> None:
    message = write("whatsapp", carol)
    outbox.drain(linger=NOW)

    report(message, "failed", reason=WINDOW)

    assert now(message).status == Status.FAILED
    assert wording.reason(message).endswith(f"In its words: failed {WINDOW}")


def test_an_account_without_the_app_fails_the_message_and_stops_no_texts(
    carol: Contact, sales: Number, server: Server, app: str
) -> None:
    message = write(app, carol)
    server.plays(answer(403, {"detail": "Not for you"}))

    outbox.drain(linger=NOW)

    assert (now(message).status, message.reason) == (Status.FAILED, "no_such_channel")
    assert not GatewayState.objects.exclude(paused_at=None).exists()


def test_no_answer_leaves_it_open_until_its_report_and_its_log_tell(
    carol: Contact, sales: Number, server: Server, app: str
) -> None:
    message, begun = write(app, carol), timezone.now()
    server.plays(reset)
    outbox.drain(linger=NOW)
    for minutes in range(0, 60, 5):
        reconcile(begun + timedelta(minutes=minutes))
        outbox.drain(linger=NOW)
    assert now(message).status == Status.UNCONFIRMED
    assert len(server.received) == 1  # without their id there is nothing to ask for

    report(message, "sent")
    assert (now(message).status, message.external_id) == (Status.SENT, "f44e-01")
    server.plays(answer(200, log("delivered")))
    poll(timezone.now() + timedelta(hours=2))

    assert now(message).status == Status.DELIVERED
    paths = {"viber": "/report/v1/viber-log/f44e-01", "whatsapp": "/whatsapp/v2/report/f44e-01"}
    assert server.received[-1].path == paths[app]


def test_the_simulator_never_sends_again_what_it_never_saw(
    carol: Contact, number: Number, transactional_db: None, app: str
) -> None:
    carol.phones.update(e164="+12125550196")
    message, begun = write(app, carol), timezone.now()
    outbox.drain(linger=NOW)
    for minutes in range(0, 60, 5):
        reconcile(begun + timedelta(minutes=minutes))
        outbox.drain(linger=NOW)

    assert (now(message).status, message.attempt_no) == (Status.UNCONFIRMED, 1)


def test_the_simulators_look_up_settles_what_it_saw(
    carol: Contact, number: Number, transactional_db: None, app: str
) -> None:
    carol.phones.update(e164="+12125550195")
    message = write(app, carol)
    outbox.drain(linger=NOW)
    reconcile()

    assert now(message).status == Status.DELIVERED


def test_they_never_share_a_request_with_texts_or_each_other(
    carol: Contact, sales: Number, server: Server
) -> None:
    given: dict[str, Any] = {"number": sales, "origin": "api", "text": "Fresh today"}
    for phone in (CAROLS, "+12125550124", "+12125550125"):
        for channel in (Channel.SMS, Channel.VIBER, Channel.WHATSAPP):
            outbox.enqueue(phone=phone, channel=channel, **given)

    claims = claim("d7", 50, wire.build("d7"))  # type: ignore[arg-type]

    batches = {one.message_id: one.batch for one in claims}
    texts = set(Message.objects.filter(channel="sms").values_list("pk", flat=True))
    assert len(batches) == 9
    assert {batch for pk, batch in batches.items() if pk not in texts} == {None}
    assert len({batches[pk] for pk in texts}) == 1


def test_whoever_opted_out_is_not_written_to_either(
    carol: Contact, sales: Number, app: str, name: str
) -> None:
    consent.opt_out(CAROLS, source=ConsentEvent.Source.GATEWAY, words="STOP", at=timezone.now())

    with pytest.raises(CommentRefused, match=f"and so is not texted by {name} either"):
        post_comment(on=carol, author=None, body=f"{app}: hello")

    assert not Message.objects.exists()


def test_stop_that_comes_before_the_claim_ends_it_too(
    carol: Contact, sales: Number, server: Server, app: str
) -> None:
    message = write(app, carol)
    consent.opt_out(CAROLS, source=ConsentEvent.Source.GATEWAY, words="STOP", at=timezone.now())

    outbox.drain(linger=NOW)

    assert (now(message).status, message.reason) == (Status.FAILED, "opted_out")
    assert not server.received


def test_it_uses_up_the_numbers_day(
    carol: Contact, sales: Number, server: Server, app: str
) -> None:
    Number.objects.update(daily_limit=1)
    first, second = write(app, carol), write(app, carol, words="Once more")

    outbox.drain(linger=NOW)

    assert (now(first).status, now(second).status) == (Status.SENT, Status.QUEUED)
    assert DailyUse.objects.get().used == 1
    assert len(server.received) == 1


def test_a_number_that_moved_to_a_gateway_without_the_app_lets_nothing_leave(
    carol: Contact, sales: Number, server: Server, app: str
) -> None:
    message = write(app, carol)
    Number.objects.update(gateway="seven")

    outbox.drain(linger=NOW)

    assert (now(message).status, message.reason) == (Status.FAILED, "no_such_channel")
    assert not server.received


@pytest.mark.parametrize(
    ("gateway", "carried"), [("seven", "seven.io carries texts and calls"), ("smrtphone", "only")]
)
def test_a_gateway_that_does_not_carry_it_is_one_sentence_and_the_words_stay(
    carol: Contact,
    sales: Number,
    alices_browser: Client,
    app: str,
    name: str,
    gateway: str,
    carried: str,
) -> None:
    Number.objects.update(gateway=gateway)

    page = alices_browser.post(carol.get_absolute_url(), {"body": f"{app}: It is ready"})

    shown = page.content.decode()
    assert page.status_code == 422
    assert f"cannot text by {name}: " in shown
    assert carried in shown
    assert f"{app}: It is ready</textarea>" in shown
    assert not Message.objects.exists()


def test_a_name_can_write_in_viber_and_not_in_whatsapp(carol: Contact, sales: Number) -> None:
    Number.objects.update(address="Finch")

    assert write("viber", carol).number == sales
    with pytest.raises(CommentRefused, match="is a name, and a name cannot text by WhatsApp"):
        write("whatsapp", carol)


@pytest.mark.parametrize(("app", "most"), [("viber", 1_000), ("whatsapp", 4_096)])
def test_too_much_for_an_app_is_refused_and_all_it_takes_is_not(
    carol: Contact, sales: Number, app: str, most: int
) -> None:
    with pytest.raises(CommentRefused, match=f"{most + 1:,} characters, and at most {most:,}"):
        write(app, carol, words="a" * (most + 1))

    assert write(app, carol, words="я" * most).segments == 0


@pytest.mark.parametrize("body", ["Viber is off", "WhatsApp Bob", r"\viber: me", "whatsapp, no"])
def test_what_people_note_about_apps_writes_to_nobody(
    carol: Contact, number: Number, body: str
) -> None:
    comment = post_comment(on=carol, author=None, body=body)

    assert comment.kind == Comment.Kind.COMMENT
    assert not comment.hints
    assert not Message.objects.exists()


def test_a_prefix_that_is_nearly_right_says_that_nobody_was_written_to(
    carol: Contact, number: Number
) -> None:
    comment = post_comment(on=carol, author=None, body="vibre: hello")

    assert comment.hints == [
        "Kept as a comment, nobody was texted by Viber. To text by Viber, start with “viber:”."
    ]


def test_one_that_failed_goes_again_by_the_same_app(
    carol: Contact, number: Number, alice: User, app: str
) -> None:
    message = write(app, carol, alice)
    Message.objects.update(status=Status.FAILED, attempt_no=1)

    again = texting.send_again(now(message), author=alice)

    assert (again.channel, again.segments, again.retry_of) == (app, 0, message)


def test_undo_puts_it_back_with_its_own_prefix(
    carol: Contact, number: Number, alices_browser: Client, alice: User, app: str
) -> None:
    message = write(app, carol, alice)
    url = f"/communications/{message.pk}/cancel/"

    told = alices_browser.post(url, {"page": f"contact-{carol.pk}"}, headers={"HX-Request": "true"})

    assert f'"text": "{app}: It is ready"' in told["HX-Trigger"]


def test_every_page_says_which_channel_it_was(
    carol: Contact, number: Number, alices_browser: Client, alice: User, app: str, name: str
) -> None:
    message = write(app, carol, alice)
    post_comment(on=carol, author=alice, body="sms: See you at six")

    activity = alices_browser.get(f"{carol.get_absolute_url()}?tab=activity").content.decode()
    conversation = alices_browser.get(f"{carol.get_absolute_url()}?tab=conversation")
    detail = alices_browser.get(f"/communications/{message.pk}/").content.decode()
    listed = alices_browser.get(f"/communications/?channel={app}").content.decode()
    names, row = exporting.rows([message], timezone.get_current_timezone())

    assert f"texted Carol by {name}" in activity
    assert f"<b>{name}:</b>" in conversation.content.decode()
    assert f"{name} message to Carol" in detail
    assert "11 characters" in detail
    assert f"<b>{name}:</b> It is ready" in listed
    assert "See you at six" not in listed
    assert dict(zip(names, row, strict=True))["Channel"] == f"{name} message"


def test_the_handset_shows_what_the_simulator_carried(
    carol: Contact, number: Number, alices_browser: Client, app: str, name: str
) -> None:
    write(app, carol)
    Message.objects.update(status=Status.DELIVERED, sent_at=timezone.now(), attempt_no=1)

    page = alices_browser.get("/handset/").content.decode()

    assert f'<b>{name}:</b> <span class="bubble-text">It is ready' in page


def test_a_trigger_may_not_use_a_number_that_does_not_carry_it(
    sales: Number, alices_browser: Client, alice: User, app: str, name: str
) -> None:
    Member.objects.filter(user=alice).update(role=Role.ADMIN)
    Number.objects.update(gateway="seven")
    given = {"prefix": "chat", "channel": app, "number": sales.pk, "active": "on"}

    page = alices_browser.post("/triggers/new/", given)

    assert page.status_code == 422
    assert f"cannot text by {name}" in page.content.decode()
    assert not Trigger.objects.filter(prefix="chat:").exists()


def test_a_trigger_of_ones_own_writes_from_its_number(
    carol: Contact, sales: Number, server: Server
) -> None:
    brand = Number.objects.create(address="FINCH", label="Brand", gateway="d7")
    Trigger.objects.create(prefix="chat:", channel=Channel.VIBER, number=brand)

    write("chat", carol)
    outbox.drain(linger=NOW)

    assert server.received[0].json["message_globals"]["originator"] == "FINCH"


@pytest.mark.parametrize("has_comments", [True, False])
def test_an_upgrade_does_not_let_old_habits_write_to_anybody(
    carol: Contact, has_comments: bool
) -> None:
    Trigger.objects.all().delete()
    if has_comments:
        post_comment(on=carol, author=None, body="viber: she never looks")

    import_module("messaging.migrations.0036_viber_and_whatsapp").add(apps, None)

    made = Trigger.objects.values_list("prefix", "channel", "active")
    assert set(made) == {(f"{app}:", app, not has_comments) for app in ("viber", "whatsapp")}
