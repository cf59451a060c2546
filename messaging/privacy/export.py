"""What was texted with a person, what they said about it, and what gateways told us of them."""

from __future__ import annotations

from typing import Any

from contacts.models import Contact
from messaging import wording
from messaging.models import Attempt, Recipient, Recurrence
from messaging.privacy.theirs import Theirs

Section = list[dict[str, Any]]


def export(contact: Contact, **_: Any) -> dict[str, Section]:
    theirs = Theirs.of(contact)
    return {
        "Texts": _texts(theirs),
        "Texts that come again": _recurrences(contact),
        "Consent": _consent(theirs),
        "Broadcasts": _broadcasts(theirs),
        "Sent to gateways": _exchanges(theirs),
        "Told by gateways": _events(theirs),
    }


def _texts(theirs: Theirs) -> Section:
    rows = theirs.texts().select_related("number", "author", "contact").order_by("created_at", "pk")
    return [
        {
            "at": row.created_at,
            "direction": row.direction,
            "our_number": row.number.address,
            "phone": row.phone,
            "author": wording.author(row) if row.is_outbound else "",
            "words": row.text,
            "status": row.status,
            "why": wording.reason(row),
            "sent_at": row.sent_at,
            "settled_at": row.settled_at,
        }
        for row in rows
    ]


def _recurrences(contact: Contact) -> Section:
    rows = Recurrence.objects.filter(contact=contact).order_by("pk")
    return [
        {"every": row.every, "day": row.day, "words": row.text, "next_at": row.next_at}
        for row in rows
    ]


def _consent(theirs: Theirs) -> Section:
    """The ledger of each of their numbers, a shared one too: what is said of it holds for them."""
    found: Section = []
    for row in Recipient.objects.filter(phone__in=theirs.phones).order_by("phone"):
        plain = ("phone", "opted_out_at", "looked_up_at", "look_up_words", "dead_at")
        found.append({name: getattr(row, name) for name in plain})
        found += [
            {
                "phone": row.phone,
                "at": event.at,
                "what": event.kind,
                "source": event.source,
                "how": event.how,
                "words": event.words,
            }
            for event in row.events.order_by("at", "pk")
        ]
    return found


def _broadcasts(theirs: Theirs) -> Section:
    rows = theirs.in_broadcasts().select_related("broadcast").order_by("pk")
    return [
        {
            "at": row.broadcast.created_at,
            "name": row.broadcast.name,
            "phone": row.phone,
            "words": row.text,
            "not_texted_because": row.problem,
        }
        for row in rows
    ]


def _exchanges(theirs: Theirs) -> Section:
    rows = Attempt.objects.filter(message__in=theirs.texts()).order_by("started_at", "pk")
    return [
        {"at": row.started_at, "request": row.request, "answer": row.response}
        for row in rows
        if row.request or row.response
    ]


def _events(theirs: Theirs) -> Section:
    return [
        {
            "at": event.received_at,
            "gateway": event.gateway,
            "query": event.query or "",
            "body": bytes(event.body).decode("utf-8", "replace"),
        }
        for event in theirs.events().order_by("received_at", "pk")
    ]
