"""
Where a process can die: at each step of claim, send, record, webhook, reconcile and sweep.

A forked process gets one of its functions replaced by one that ends it with os._exit(9), as a
power cut would, and does its work. Then healthy ones do theirs, with minutes gone by.
"""

import os
import socket
import time
from datetime import timedelta
from importlib import import_module
from urllib.parse import urlsplit

from tests.chaos import dialects
from tests.chaos.judge import names_of
from tests.messaging.reliability import host

PHONE = "+12125550123"
TOGETHER = ("+12125550131", "+12125550132", "+12125550133")
STOP = {"id": "mo1", "sender": PHONE, "system": "+12125550101", "text": "STOP", "time": ""}


def send():
    from messaging import outbox

    host.text("See you at six")
    outbox.drain(linger=timedelta(0))


def send_together(gateway):
    """The same words to three people, who share a request."""
    from messaging import outbox
    from messaging.models import Number

    Number.objects.update(gateway=gateway)
    for phone in TOGETHER:
        host.text("Fresh today", phone)
    outbox.drain(linger=timedelta(0))


def send_by_seven():
    send_together("seven")


def send_by_d7():
    send_together("d7")


def report():
    """A delivery report about a text that was sent."""
    tell_report()


def tell_report():
    from messaging.models import Message

    message = Message.objects.get(is_confirmation=False, direction="outbound")
    data = {"msg_id": "77", "foreign_id": str(message.reference), "status": "DELIVERED"}
    host.webhook(data, "dlr")


def stop():
    host.webhook(STOP, "sms_mo")


def reconcile():
    from django.utils import timezone

    from messaging.outbox.reconcile import reconcile

    now = timezone.now()
    for minutes in (0, 5, 11, 17):
        reconcile(now + timedelta(minutes=minutes))


def sweep():
    from django.utils import timezone

    from messaging import outbox
    from messaging.outbox.claim import LEASE

    outbox.sweep(timezone.now() + LEASE + timedelta(seconds=1))


def nothing():
    return


def sent():
    """A text that went out."""
    send()


def unknown():
    """A text that its sender died over after it was posted."""
    host.wait(host.start(_dying, "after the answer came"))
    give_up()


def unseen():
    """A text that its sender died over before it was posted."""
    host.wait(host.start(_dying, "before the request"))
    give_up()


def give_up():
    """The first half of a sweep: the lease has run out."""
    from messaging.models import Message

    Message.objects.update(status="unconfirmed", reason="interrupted", lease_until=None)


def stranded():
    """The same, and nobody swept yet."""
    host.wait(host.start(_dying, "before the request"))


def _half(self, _):
    """The head and a part of the body leave, and then we are gone."""
    place = urlsplit(os.environ["SEVEN_BASE_URL"])
    with socket.create_connection((place.hostname, place.port)) as conn:
        conn.sendall(b'POST /sms HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"to": ')
        os._exit(9)


def _claims(*args):
    """Each gateway is asked for; the first that has something is the last."""
    from messaging.outbox.claim import claim

    if claim(*args):
        os._exit(9)
    return []


def _after_reading(self, *args, **kwargs):
    time.sleep(0.5)  # the gateway has read it whole by now
    os._exit(9)


#: name: (what there was before, what the process does, where it dies). Where: module, name,
#: and "before" or "after" that function, or a function to put in its place.
SEVEN = ("messaging.gateways.seven", "Seven.send")
SENDING = {
    "before a claim commits": ("messaging.outbox.claim", "_write_attempts", "after"),
    "after a claim has committed": ("messaging.outbox.drain", "claim", _claims),
    "before the request": ("messaging.outbox.drain", "deliver_together", "before"),
    "half-way through the request": ("messaging.gateways.{0}", "{1}.send_many", _half),
    "after the request, before an answer": (
        "messaging.gateways.deadline",
        "TimedConnection.getresponse",
        _after_reading,
    ),
    "after the answer came": ("messaging.outbox.drain", "deliver_together", "after"),
    "before the result commits": ("messaging.outbox.record", "_look_after_gateways", "after"),
    "after the result has committed": ("messaging.outbox.drain", "record", "after"),
}
BATCHES = {
    f"{point}, {gateway}": (
        nothing,
        work,
        (module.format(gateway, adapter), name.format(gateway, adapter), how),
    )
    for gateway, adapter, work in (("seven", "Seven", send_by_seven), ("d7", "D7", send_by_d7))
    for point, (module, name, how) in SENDING.items()
}
POINTS = {
    "before a claim commits": (nothing, send, ("messaging.outbox.claim", "_lease", "after")),
    "after a claim has committed": (nothing, send, ("messaging.outbox.drain", "claim", "after")),
    "before the request": (nothing, send, (*SEVEN, "before")),
    "half-way through the request": (nothing, send, (*SEVEN, _half)),
    "after the request, before an answer": (
        nothing,
        send,
        ("messaging.gateways.deadline", "TimedConnection.getresponse", _after_reading),
    ),
    "after the answer came": (nothing, send, (*SEVEN, "after")),
    "before the result commits": (
        nothing,
        send,
        ("messaging.outbox.record", "_look_after_gateways", "after"),
    ),
    "after the result has committed": (
        nothing,
        send,
        ("messaging.outbox.drain", "record", "after"),
    ),
    "before a report is stored": (sent, report, ("messaging.inbox", "receive", "before")),
    "after a report was stored": (sent, report, ("messaging.inbox", "apply", "before")),
    "while a report is applied": (sent, report, ("messaging.reports", "move", "after")),
    "before a report is noted as applied": (
        sent,
        report,
        ("messaging.models.event", "Event.save_base", None),
    ),
    "before a STOP is stored": (sent, stop, ("messaging.inbox", "receive", "before")),
    "after a STOP was stored": (sent, stop, ("messaging.inbox", "apply", "before")),
    "while a STOP is applied": (sent, stop, ("messaging.consent", "heed", "after")),
    "after a STOP was applied": (sent, stop, ("messaging.inbox", "apply", "after")),
    "before a look-up": (
        unknown,
        reconcile,
        ("messaging.gateways.seven", "Seven.look_up", "before"),
    ),
    "after a look-up that found it": (
        unknown,
        reconcile,
        ("messaging.reports", "move", "before"),
    ),
    "after a look-up that did not": (
        unseen,
        reconcile,
        ("messaging.outbox.reconcile", "_note_unseen", "before"),
    ),
    "before it is queued again": (
        unseen,
        reconcile,
        ("messaging.outbox.reconcile", "_requeue", "before"),
    ),
    "after it was queued again": (
        unseen,
        reconcile,
        ("messaging.outbox.reconcile", "_requeue", "after"),
    ),
    "between giving up and asking": (
        stranded,
        sweep,
        ("messaging.outbox.sweep", "reconcile", "before"),
    ),
    **BATCHES,
}


def run(gateway):
    return {name: _one(name, gateway) for name in POINTS}


def _one(name, gateway):
    before, _, _ = POINTS[name]
    host.clear()
    host.number()
    known = set(gateway.times_taken())
    before()
    status = host.wait(host.start(_dying, name))
    host.wait(host.start(_recover, name, gateway.taken()))
    return {"exit": status, **_found(gateway, known)}


def _dying(name):
    _, work, where = POINTS[name]
    _arm(*where)
    work()


def _arm(module, name, how):
    owner = import_module(module)
    *classes, name = name.split(".")
    for each in classes:
        owner = getattr(owner, each)
    if how is None:  # the second saving of a row: the first one stores it
        return _arm_second(owner, name)
    original = getattr(owner, name)

    def dying(*args, **kwargs):
        if how == "after":
            original(*args, **kwargs)
        os._exit(9)

    setattr(owner, name, how if callable(how) else dying)
    return None


def _arm_second(owner, name):
    original = getattr(owner, name)

    def dying(self, *args, **kwargs):
        if not self._state.adding:
            os._exit(9)
        return original(self, *args, **kwargs)

    setattr(owner, name, dying)


def _recover(name, taken):
    """What the sweep, the drains and the gateway's own repeating do in the next half hour."""
    from django.utils import timezone

    from messaging import inbox, outbox
    from messaging.models import Message

    _, work, _ = POINTS[name]
    if work in (report, stop):
        work()  # it was not answered, so the gateway posts it again
    sweep()
    for entry in taken:
        if "report_url" in entry:
            host.report(*dialects.report(entry, "delivered"))
    reconcile()
    inbox.apply_waiting(timezone.now() + timedelta(minutes=5))
    Message.objects.filter(status="queued").update(send_after=timezone.now())
    outbox.drain(linger=timedelta(0))
    inbox.apply_waiting(timezone.now() + timedelta(minutes=5))


def _found(gateway, known):
    """How the text ended, and how often the gateway took it."""
    from messaging.models import Message, Recipient

    taken = {one: n for one, n in gateway.times_taken().items() if one not in known}
    texts = Message.objects.filter(direction="outbound", is_confirmation=False).order_by("pk")
    confirmations = Message.objects.filter(is_confirmation=True)
    names = names_of([*texts, *confirmations])

    def times(rows):
        return [sum(taken.get(name, 0) for name in names[row.pk]) for row in rows]

    recipient = Recipient.objects.filter(pk=PHONE).first()
    return {
        "texts": [row.status for row in texts],
        "taken": times(texts),
        "inbound": Message.objects.filter(direction="inbound").count(),
        "opted_out": bool(recipient and recipient.opted_out_at),
        "confirmations": times(confirmations),
    }
