"""Webhooks stored before they are applied: late, twice, at once, after a crash."""

import random
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.forms.models import model_to_dict
from django.utils import timezone

from contacts.models import Comment, Contact
from messaging import arrivals, inbox, wire
from messaging.models import ConsentEvent, Conversation, Event, Message, Recipient
from tests.messaging.webhooks import CAROLS, OURS, PAYLOADS, inbound, post, report, signature

pytestmark = pytest.mark.usefixtures("gateways")
SECRET = "a-signing-secret"


def everything():
    """All that webhooks can change, apart from how often they were tried."""
    models = (Message, ConsentEvent, Recipient, Conversation, Contact, Comment)
    return {m.__name__: [model_to_dict(row) for row in m.objects.order_by("pk")] for m in models}


def later(**wait):
    return timezone.now() + timedelta(**wait)


def test_an_orphan_is_parked_and_tried_again_less_and_less_often(number, monkeypatch):
    report("seven", "DELIVERED", external_id="771")
    tried = []
    monkeypatch.setattr(inbox, "replay", lambda event: tried.append(event.pk))

    inbox.apply_waiting()
    first, _ = len(tried), monkeypatch.undo()
    inbox.apply_waiting()
    inbox.apply_waiting()
    event = Event.objects.get()

    assert (first, event.state, event.tries) == (1, "parked", 2)
    assert timedelta(seconds=50) < event.try_at - timezone.now() < timedelta(seconds=61)


def test_an_orphan_is_matched_within_72_hours_and_not_after(sent, number):
    report("seven", "DELIVERED", external_id="771")
    message = sent(external_id="771")

    inbox.apply_waiting(later(hours=73))
    message.refresh_from_db()
    too_late = message.status
    inbox.apply_waiting(later(hours=71))
    message.refresh_from_db()

    assert (too_late, message.status) == ("sent", "delivered")


def test_many_orphans_do_not_keep_a_new_one_waiting(sent, number, monkeypatch):
    monkeypatch.setattr(inbox, "BATCH", 3)
    for n in range(6):
        report("seven", "DELIVERED", external_id=f"strange-{n}")
    message = sent(status="sending", external_id="")
    report("seven", "DELIVERED", external_id="771")
    Message.objects.update(external_id="771")

    for _ in range(3):
        inbox.apply_waiting()

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_bug_of_ours_loses_nothing(carol, number, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(arrivals, "_show", broken)
    answer = inbound("seven", "STOP")
    event = Event.objects.get()
    assert (answer.status_code, event.state, event.problem) == (200, "stored", "ZeroDivisionError")
    assert not Message.objects.exists()

    monkeypatch.undo()
    inbox.apply_waiting()

    message = Message.objects.get(direction="inbound")
    assert (message.text, message.created_at) == ("STOP", event.received_at)
    assert Recipient.objects.get(pk=CAROLS).opted_out_at
    assert (Event.objects.get().state, Event.objects.get().problem) == ("applied", "")


def test_a_deadlock_is_tried_again_at_once(carol, number, monkeypatch):
    show, fails = arrivals._show, [1, 1]

    def deadlocked(message):
        if fails:
            fails.pop()
            raise OperationalError("deadlock detected")
        show(message)

    monkeypatch.setattr(arrivals, "_show", deadlocked)

    inbound("seven", "Hello")

    assert Message.objects.count() == 1
    assert Event.objects.get().state == "applied"


def test_a_crash_before_the_signature_was_checked_lets_no_forger_in(number, settings, monkeypatch):
    settings.GATEWAYS["seven"]["signing_secret"] = SECRET
    wire.forget()
    monkeypatch.setattr(inbox, "apply", lambda *_: None)
    body = (PAYLOADS / "seven_sms_mo.json").read_bytes()
    post("seven", "seven_sms_mo.json")
    post("seven", "seven_sms_mo.json", **signature(body, SECRET))
    monkeypatch.undo()
    settings.GATEWAYS = {**settings.GATEWAYS, "seven": settings.GATEWAYS["seven"]}

    states = []
    for event in Event.objects.order_by("pk"):
        settings.GATEWAYS["seven"]["signing_secret"] = SECRET
        inbox.replay(event)
        states.append(event.state)

    assert states == ["quarantined", "applied"]
    assert Message.objects.count() == 1


def test_what_was_found_genuine_stays_so_however_old_its_signature_is(number, settings):
    settings.GATEWAYS["seven"]["signing_secret"] = SECRET
    wire.forget()
    body = (PAYLOADS / "seven_dlr.json").read_bytes()
    post("seven", "seven_dlr.json", **signature(body, SECRET))
    Event.objects.update(headers={})

    inbox.apply_waiting()

    assert Event.objects.get().state == "parked"


def test_quarantine_is_never_replayed(number, settings):
    settings.GATEWAYS["seven"]["signing_secret"] = SECRET
    wire.forget()
    post("seven", "seven_sms_mo.json")

    call_command("replay_events", stdout=StringIO())

    assert Event.objects.get().state == "quarantined"
    assert not Message.objects.exists()


@pytest.fixture
def a_day(carol, number, sent):
    """A day of webhooks of all kinds, with things said twice."""
    sent(external_id="771")
    sent(gateway="smrtphone", external_id="", status="unconfirmed", text="From us")
    report("seven", "TRANSMITTED", external_id="771")
    inbound("seven", "On my way", external_id="a")
    inbound("smrtphone", "No id", external_id="")
    report("seven", "NOTDELIVERED", external_id="771")
    inbound("seven", "STOP", external_id="b")
    post("smrtphone", {"event": "addNumberToDNT", "phone": CAROLS, "source": "STOP"})
    inbound("d7", "START", external_id="c")
    post("smrtphone", {"event": "removeNumberFromDNT", "phone": CAROLS, "source": "START"})
    post(
        "smrtphone",
        {"event": "smsOutgoing", "smsId": "", "from": OURS, "to": CAROLS, "message": "From us"},
    )
    post(
        "smrtphone",
        {"event": "smsOutgoing", "smsId": "S9", "from": OURS, "to": CAROLS, "message": "By hand"},
    )
    inbound("simulator", "please stop texting me", external_id="d")
    inbound("simulator", "Who?", external_id="e", sender="+447700900123")
    report("seven", "DELIVERED", external_id="771")
    report("seven", "DELIVERED", external_id="nobody's")


def test_replaying_everything_twice_changes_nothing(a_day):
    before = everything()

    said = StringIO()
    call_command("replay_events", stdout=said)
    call_command("replay_events", "--hours=1", "--gateway=seven", stdout=said)

    assert everything() == before
    assert said.getvalue().split() == ["Applied:", "14", "Applied:", "6"]


@pytest.mark.parametrize("seed", range(5))
def test_replaying_in_any_order_changes_nothing_either(a_day, seed):
    before = everything()
    events = list(Event.objects.all())
    random.Random(seed).shuffle(events)

    for event in events:
        inbox.replay(event)

    assert everything() == before


def at_once(*calls):
    """Run all of them on threads of their own, which start together."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(5)
            call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@pytest.mark.storage
@pytest.mark.parametrize("external_id", ["a", ""])
@pytest.mark.parametrize("text", ["Hello", "STOP"])
def test_copies_of_one_webhook_at_the_same_moment_store_one_message(for_threads, external_id, text):
    wire.build("smrtphone")

    at_once(
        *[lambda: inbound("smrtphone", text, external_id=external_id, sender="+447700900123")] * 4
    )

    contact = Contact.objects.get()
    assert Message.objects.filter(direction="inbound").count() == 1
    assert (contact.texts_received, contact.phones.count()) == (1, 1)
    assert Event.objects.filter(state="applied").count() == 4
    assert ConsentEvent.objects.count() == (1 if text == "STOP" else 0)


@pytest.mark.storage
def test_copies_of_a_stop_at_the_same_moment_get_one_confirmation(carol, for_threads):
    wire.build("seven")

    at_once(*[lambda: inbound("seven", "STOP", external_id="a")] * 4)

    assert Message.objects.filter(is_confirmation=True).count() == 1
    assert ConsentEvent.objects.count() == 1
