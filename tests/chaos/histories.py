"""
What can happen to one text after it was claimed, in every order: the end must be the same.

A history is a bag of news: the gateway's answer, the sweep that gave the claim up, and delivery
reports, some of which name our reference, some only the gateway's id. Any may come twice.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

EXTERNAL_ID = "77229135982"
RANK = ("sending", "unconfirmed", "sent", "failed", "undelivered", "delivered")


@dataclass(frozen=True)
class News:
    what: str  # "answer", "given up" or a report's status
    by_reference: bool = True


def history(rng):
    """An answer or none, a sweep or none, and up to four reports."""
    reports = [News(rng.choice(RANK[2:]), rng.random() < 0.6) for _ in range(rng.randrange(5))]
    extra = [News("answer")] * (rng.random() < 0.7) + [News("given up")] * (rng.random() < 0.4)
    return [*reports, *extra]


def order(found, rng):
    """The same news in another order, some of it twice."""
    doubled = [one for one in found if rng.random() < 0.3 and one.what != "answer"]
    mixed = [*found, *doubled]
    rng.shuffle(mixed)
    return mixed


def expected(found):
    """The furthest any of it goes. An id alone says nothing of a text nobody has an id of."""
    has_id = any(one.what == "answer" or (one.by_reference and _is_report(one)) for one in found)
    heard = [one.what for one in found if _is_report(one) and (one.by_reference or has_id)]
    states = ["sending", *heard]
    states += ["sent"] * (News("answer") in found)
    states += ["unconfirmed"] * (News("given up") in found)
    return max(states, key=RANK.index)


def play(histories, orders, seed):
    """Disagreements between what happened and what should have, as sentences; [] is good."""
    rng, wrong = random.Random(seed), []
    message, claim = _claimed()
    for _ in range(histories):
        found = history(rng)
        for _ in range(orders):
            mixed = order(found, rng)
            _rewind(message)
            _tell(mixed, message, claim)
            wrong += _compare(message, expected(found), mixed)
    return wrong


def _claimed():
    """One message, claimed by us, and our claim."""
    from contacts.models import Contact
    from messaging import outbox
    from messaging.models import Number, Origin
    from messaging.outbox.claim import claim

    number = Number.objects.create(address="+12125550101", label="Sales", gateway="seven")
    contact = Contact.objects.create(first_name="Carol")
    message = outbox.enqueue(
        text="See you at six",
        phone="+12125550123",
        number=number,
        origin=Origin.API,
        contact=contact,
    )
    (mine,) = claim("seven", 1)
    return message, mine


def _rewind(message):
    from django.utils import timezone

    from contacts.models import Contact
    from messaging.models import Message

    Message.objects.filter(pk=message.pk).update(
        status="sending",
        reason="",
        detail="",
        external_id="",
        sent_at=None,
        settled_at=None,
        lease_until=timezone.now() + timedelta(minutes=1),
    )
    Contact.objects.filter(pk=message.contact_id).update(texts_sent=0)


def _tell(mixed, message, claim):
    """Reports that match nothing are parked, and told once more in the end, as the sweep does."""
    parked = [one for one in mixed if not _tell_one(one, message, claim)]
    for one in parked:
        _tell_one(one, message, claim)


def _tell_one(one, message, claim):
    from messaging import reports
    from messaging.gateways.base import DeliveryReport, Receipt
    from messaging.models import Message
    from messaging.outbox.deliver import Result
    from messaging.outbox.record import record

    if one.what == "answer":
        record([Result(claim, receipt=Receipt(EXTERNAL_ID))])
    elif one.what == "given up":
        stranded = Message.objects.filter(pk=message.pk, status="sending")
        stranded.update(status="unconfirmed", reason="interrupted", lease_until=None)
    else:
        reference = str(message.reference) if one.by_reference else ""
        told = DeliveryReport(one.what, external_id=EXTERNAL_ID, reference=reference)
        return reports.apply(told, "seven")
    return True


def _compare(message, status, mixed):
    message.refresh_from_db()
    message.contact.refresh_from_db()
    left = status not in ("sending", "unconfirmed")
    found = (message.status, bool(message.sent_at), message.contact.texts_sent)
    if found == (status, left, int(left)):
        return []
    told = ", ".join(one.what + ("" if one.by_reference else " (by id)") for one in mixed)
    return [f"{told}: {found}, expected {status}"]


def _is_report(one):
    return one.what not in ("answer", "given up")
