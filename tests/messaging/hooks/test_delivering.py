"""What is told, how it is signed, and that it arrives in the end, or is given up in the open."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Contact, Tag
from messaging import consent, fence, reports
from messaging.gateways.base import DeliveryReport, Request
from messaging.gateways.seven import Seven
from messaging.hooks import delivering, keeping
from messaging.hooks.delivering import AT_A_TIME, RESTS_AFTER, deliver
from messaging.hooks.post import DEADLINE
from messaging.models import CallerNote, Courier, Delivery, Hook, Message
from tests.messaging.gateways.server import Server, answer
from tests.messaging.webhooks import inbound

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
Listen = Callable[..., Hook]


@pytest.fixture(autouse=True)
def _on_this_machine(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def listen(listener: Server) -> Listen:
    def listens(**more: Any) -> Hook:
        return Hook.objects.create(url=f"{listener.url}/in?key=1", **more)

    return listens


def pinged(hook: Hook, count: int = 1) -> list[Delivery]:
    return [keeping.ping(hook) for _ in range(count)]


def is_signed(request: Any, secret: str) -> bool:
    """As anybody else would check it, by what Standard Webhooks says."""
    head = request.headers
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(head["webhook-timestamp"])) < 60
    return fresh and f"v1,{expected}" in head["webhook-signature"].split(" ")


def test_a_status_is_told_as_the_api_shows_it_and_signed(
    sent: Any, listen: Listen, listener: Server
) -> None:
    message, hook = sent(), listen(on_status=True)

    reports.move(message, DeliveryReport("delivered"))
    assert deliver() == 1

    request = listener.received[0]
    told = request.json
    assert (request.method, request.target) == ("POST", "/in?key=1")
    assert request.headers["content-type"] == "application/json"
    assert told["type"] == "message.status"
    assert told["id"] == request.headers["webhook-id"]
    assert told["data"]["id"] == message.pk
    assert (told["data"]["status"], told["data"]["phone"]) == (
        "delivered",
        "+12125550123",
    )
    assert is_signed(request, hook.secret)
    row = Delivery.objects.get()
    assert (row.state, row.http_status, row.problem) == ("delivered", 200, "")


def test_a_status_is_told_as_it_was_then(sent: Any, listen: Listen, listener: Server) -> None:
    message = sent()
    listen(on_status=True)

    reports.move(message, DeliveryReport("undelivered"))
    reports.move(message, DeliveryReport("delivered"))
    deliver()

    assert {one.json["data"]["status"] for one in listener.received} == {
        "undelivered",
        "delivered",
    }


@pytest.mark.usefixtures("gateways", "number")
def test_stop_is_told_with_its_words_and_the_text_that_said_it(
    listen: Listen, listener: Server
) -> None:
    listen(on_received=True, on_optout=True, on_contact=True)

    inbound("simulator", "Stop")
    deliver()

    told = {one.json["type"]: one.json["data"] for one in listener.received}
    assert told["message.received"]["text"] == "Stop"
    assert told["optout.changed"] | {"country": ""} == {
        "phone": told["message.received"]["phone"],
        "country": "",
        "opted_out": True,
        "source": "reply",
        "words": "Stop",
    }
    assert told["contact.changed"]["change"] == "created"
    assert told["contact.changed"]["id"] == Contact.objects.get().pk


def test_a_contact_is_told_as_it_is_now(carol: Any, listen: Listen, listener: Server) -> None:
    listen(on_contact=True)

    carol.tags.add(Tag.objects.create(name="vip"))
    carol.job_title = "Roofer"
    carol.save()
    deliver()
    pk = carol.pk
    carol.delete()
    deliver()

    changed, gone = (one.json["data"] for one in listener.received)
    assert (changed["change"], changed["job_title"], changed["tags"]) == (
        "updated",
        "Roofer",
        ["vip"],
    )
    assert changed["phones"][0]["number"] == "+12125550123"
    assert gone == {"id": pk, "change": "deleted"}


def test_a_failure_is_tried_again_with_the_same_id_and_words(
    listen: Listen, listener: Server
) -> None:
    (news,) = pinged(listen())
    listener.plays(answer(500, "broken"), answer(200, "ok"))

    deliver()
    deliver()
    news.refresh_from_db()
    assert (news.state, news.tries, news.problem) == ("waiting", 1, "Answered 500.")
    assert news.response == "broken"
    assert timedelta(seconds=50) < news.try_at - timezone.now() < timedelta(seconds=80)
    assert len(listener.received) == 1

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        deliver()

    first, second = listener.received
    news.refresh_from_db()
    assert (news.state, news.problem) == ("delivered", "")
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_after_three_days_it_is_given_up_and_can_be_delivered_again(
    listen: Listen, listener: Server
) -> None:
    (news,) = pinged(listen())
    listener.plays(answer(500))
    tries, now = 0, timezone.now()

    while tries < 60 and news.state == "waiting":
        with time_machine.travel(now):
            tries += deliver()
        news.refresh_from_db()
        Hook.objects.update(rest_until=None)
        passed, now = now - news.at, max(now, news.try_at) + timedelta(seconds=1)

    assert (news.state, tries) == ("failed", len(listener.received))
    assert timedelta(days=2) < passed < timedelta(days=3)
    assert 12 <= tries <= 20

    listener.plays(answer(204))
    keeping.again(news)
    deliver()

    news.refresh_from_db()
    assert news.state == "delivered"


def test_a_pause_delays_and_loses_nothing(sent: Any, listen: Listen, listener: Server) -> None:
    message, hook = sent(), listen(on_status=True)
    keeping.switch(hook, on=False)

    reports.move(message, DeliveryReport("delivered"))
    assert deliver() == 0

    keeping.switch(hook, on=True)
    assert deliver() == 1


def test_what_waited_three_days_behind_a_pause_is_given_up(listen: Listen) -> None:
    (news,) = pinged(listen(active=False))

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        keeping.sweep()

    news.refresh_from_db()
    assert news.state == "failed"


def test_an_address_that_keeps_failing_rests_and_comes_back(
    listen: Listen, listener: Server
) -> None:
    hook = listen()
    pinged(hook, RESTS_AFTER + AT_A_TIME)
    listener.plays(answer(503))

    deliver()
    hook.refresh_from_db()
    asked = len(listener.received)
    assert asked < RESTS_AFTER + AT_A_TIME
    assert hook.rest_until > timezone.now()
    assert hook.failing_since
    assert deliver() == 0

    listener.plays(answer(200))
    with time_machine.travel(hook.rest_until + timedelta(minutes=2)):
        deliver()

    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since) == (0, None)
    assert not Delivery.objects.filter(state="waiting").exists()


def test_an_address_that_hangs_keeps_no_other_waiting(
    listen: Listen, listener: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow one answers when all the others have been written down, and not before."""
    slow, quick = Server(), 3 * AT_A_TIME
    done: list[str] = []
    all_quick = threading.Event()

    def record(batch: Any) -> None:
        record_really(batch)
        done.extend("slow" if one.news.hook.url == slow.url else "quick" for one in batch)
        if done.count("quick") == quick:
            all_quick.set()

    def wait(conn: Any, server: Server) -> None:
        all_quick.wait(DEADLINE)
        answer(200)(conn, server)

    record_really = delivering._record
    monkeypatch.setattr(delivering, "_record", record)
    slow.plays(wait)
    try:
        pinged(Hook.objects.create(url=slow.url), AT_A_TIME)
        pinged(listen(), quick)

        deliver()
    finally:
        slow.stop()

    assert done == ["quick"] * quick + ["slow"] * AT_A_TIME


def test_one_that_is_gone_is_paused(listen: Listen, listener: Server) -> None:
    hook = listen()
    pinged(hook)
    listener.plays(answer(410))

    deliver()

    hook.refresh_from_db()
    assert not hook.active


def test_a_new_secret_signs_beside_the_old_for_a_day(listen: Listen, listener: Server) -> None:
    hook = listen()
    old = hook.secret
    new = keeping.rotate(hook)

    pinged(hook)
    deliver()
    with time_machine.travel(timezone.now() + keeping.OVERLAP + timedelta(minutes=1)):
        pinged(hook)
        deliver()
        later = is_signed(listener.received[1], new)

    assert is_signed(listener.received[0], new)
    assert is_signed(listener.received[0], old)
    assert later
    assert " " not in listener.received[1].headers["webhook-signature"]


def test_into_a_private_network_nothing_goes_by_default(
    listen: Listen, listener: Server, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    hook = listen()
    Hook.objects.update(url=hook.url.replace("http://", "https://"))
    (news,) = pinged(hook)

    deliver()

    news.refresh_from_db()
    assert "private network" in news.problem
    assert listener.connections == 0


def test_only_one_process_delivers_at_a_time(listen: Listen, listener: Server) -> None:
    pinged(listen())
    Courier.objects.create(pk=1, busy_until=timezone.now() + timedelta(minutes=1))

    assert deliver() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert deliver() == 1


def test_a_copied_database_tells_nobody(
    listen: Listen, listener: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "is_locked", lambda: True)
    pinged(listen())

    assert deliver() == 0
    assert not listener.received


def test_what_a_crash_left_under_way_is_told_later(
    listen: Listen, listener: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (news,) = pinged(listen())
    with monkeypatch.context() as crash:
        crash.setattr("messaging.hooks.delivering._record", _dies)
        with pytest.raises(KeyboardInterrupt):
            deliver()

    assert deliver() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert deliver() == 1

    news.refresh_from_db()
    assert news.state == "delivered"
    assert len({one.headers["webhook-id"] for one in listener.received}) == 1


def _dies(batch: Any) -> None:
    raise KeyboardInterrupt


def test_the_log_and_old_answers_are_kept_for_a_month(listen: Listen, alice: Any) -> None:
    from messaging import tokens
    from messaging.models import Answer

    token, _ = tokens.issue(alice, name="Script")
    pinged(listen())
    deliver()
    Answer.objects.create(token=token, key="order-1", fingerprint="x")

    with time_machine.travel(timezone.now() + timedelta(days=29)):
        keeping.sweep()
    kept = (Delivery.objects.count(), Answer.objects.count())
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        keeping.sweep()

    assert kept == (1, 1)
    assert (Delivery.objects.count(), Answer.objects.count()) == (0, 0)


def test_seven_is_heard_in_sevens_words_and_signed_as_seven_signs(
    sent: Any, listen: Listen, listener: Server
) -> None:
    message = sent()
    hook = listen(on_status=True, manner=Hook.Manner.SEVEN_JSON, headers="X-Key: abc")
    CallerNote.objects.create(message=message, foreign_id="order-7")

    reports.move(message, DeliveryReport("delivered"))
    deliver()

    request = listener.received[0]
    heard = Seven("key", "http://127.0.0.1:9", signing_secret=hook.secret).receive(
        Request("POST", hook.url, request.headers, {}, request.body, trusted=False)
    )
    assert request.headers["x-key"] == "abc"
    assert request.json["webhook_event"] == "dlr"
    assert request.json["data"]["foreign_id"] == "order-7"
    assert [(one.status, one.external_id) for one in heard] == [("delivered", str(message.pk))]


@pytest.mark.parametrize("manner", ["seven-form", "seven-get"])
def test_seven_is_heard_as_a_form_or_in_the_address(
    sent: Any, listen: Listen, listener: Server, manner: str
) -> None:
    message = sent()
    listen(on_status=True, manner=manner)

    reports.move(message, DeliveryReport("undelivered"))
    deliver()

    request = listener.received[0]
    given = request.form if manner == "seven-form" else request.query
    assert request.method == ("POST" if manner == "seven-form" else "GET")
    assert given["data[msg_id]"] == str(message.pk)
    assert given["data[status]"] == "NOTDELIVERED"


def test_seven_hears_of_texts_only(carol: Any, listen: Listen, listener: Server) -> None:
    listen(on_contact=True, on_optout=True, manner=Hook.Manner.SEVEN_JSON)

    carol.delete()
    consent.opt_out("+12125550123", source="reply", words="STOP")
    deliver()

    assert not listener.received
    assert not Delivery.objects.exists()


def test_d7_is_heard_at_the_address_of_its_text(sent: Any, listener: Server) -> None:
    message, request_id = sent(), uuid.uuid4()
    url = f"{listener.url}/dlr"
    CallerNote.objects.create(message=message, report_url=url, request_id=request_id)

    reports.move(message, DeliveryReport("delivered"))
    deliver()

    assert listener.received[0].path == "/dlr"
    assert listener.received[0].form == {
        "request_id": str(request_id),
        "msg_id": str(message.reference),
        "recipient": "+12125550123",
        "originator": "+12125550100",
        "status": "delivered",
    }


def test_a_text_that_was_deleted_is_still_told(sent: Any, listen: Listen, listener: Server) -> None:
    message = sent()
    listen(on_status=True)
    reports.move(message, DeliveryReport("delivered"))
    pk = message.pk
    Message.objects.filter(pk=pk).update(contact=None)
    message.delete()

    deliver()

    assert json.loads(listener.received[0].body)["data"] == {"id": pk, "status": "delivered"}
