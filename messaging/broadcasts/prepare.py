"""
Writing out a broadcast before anything leaves: for each person the words, our number, or the
problem. A chunk is one transaction that also remembers how far it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from contacts.importing.writing import among
from contacts.models import Contact, Deal
from messaging import consent, countries, expansion, merging, outbox, segments
from messaging.broadcasts import audience
from messaging.following import TWICE
from messaging.models import Broadcast, BroadcastRecipient, Conversation, Number, Recipient

CHUNK = 500
LARGE = 5_000  # recipients

NO_PHONE = "No phone number to text."
NO_PHONE_NUMBER = "This is no phone number."
OPTED_OUT = "Opted out of texts."
DEAD = "Looked up before, and found not to exist."
NO_CONSENT = "Never agreed to texts."
NO_NUMBER = "There is no number of ours to send from."


@dataclass(frozen=True, slots=True)
class Person:
    """One of the audience. phone: E.164, or "" and then `given` is what stood there."""

    contact: Contact | None
    phone: str
    given: str = ""


def prepare_chunk(pk: int) -> bool:
    """Write out the next few hundred; False once all are. Ready, if none is to be looked up."""
    with transaction.atomic():
        broadcast = Broadcast.objects.select_for_update(of=["self"]).get(pk=pk)
        if broadcast.state != Broadcast.State.PREPARING:
            return False
        if not broadcast.prepared_contacts:
            _tell_planner(Contact.tags.through.objects.filter(tag__in=broadcast.tags.all()))
        people = list(_next_contacts(broadcast)) or list(_next_pasted(broadcast))
        if people:
            rows = list(_written(broadcast, people))
            BroadcastRecipient.objects.bulk_create(rows, batch_size=CHUNK)
        elif not broadcast.recipients.to_look_up(broadcast).exists():
            broadcast.state = Broadcast.State.READY
        if not people:
            _tell_planner(broadcast.recipients.all())
        broadcast.save(update_fields=["state", "prepared_contacts", "prepared_pasted"])
    return bool(people)


def _tell_planner(rows: QuerySet[Any]) -> None:
    """
    PostgreSQL learns within a minute by itself that a table has grown: until then it takes a tag
    that was just put on very many, or a new broadcast, for one of a single person, and goes through
    all of them for each chunk, or for each look at its page.
    """
    if connection.vendor == "postgresql" and rows[LARGE:].exists():
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {rows.model._meta.db_table}")


def _next_contacts(broadcast: Broadcast) -> Iterator[Person]:
    rows = audience.contacts(broadcast).filter(pk__gt=broadcast.prepared_contacts).order_by("pk")
    for contact in rows.select_related("owner", "company").prefetch_related("phones")[:CHUNK]:
        broadcast.prepared_contacts = contact.pk
        phone = contact.phone_to_text()
        yield Person(contact, phone.e164 if phone else "")


def _next_pasted(broadcast: Broadcast) -> Iterator[Person]:
    given = audience.pasted(broadcast)[broadcast.prepared_pasted :][:CHUNK]
    broadcast.prepared_pasted += len(given)
    read = [(typed, audience.read_phone(typed)) for typed in given]
    owners = audience.owners(broadcast, {phone for _, phone in read if phone})
    for typed, phone in read:
        yield Person(owners.get(phone), phone, typed)


def _written(broadcast: Broadcast, people: list[Person]) -> Iterator[BroadcastRecipient]:
    found = [person.phone for person in people if person.phone]
    Recipient.objects.recall(found)
    blocked = set(
        Recipient.objects.opted_out().filter(phone__in=among(found)).values_list("pk", flat=True)
    )
    dead = set(Recipient.objects.dead().filter(phone__in=among(found)).values_list("pk", flat=True))
    agreed = consent.agreed(found) if broadcast.only_agreed else set(found)
    earlier = broadcast.recipients.filter(problem="", phone__in=among(found))
    taken = set(earlier.values_list("phone", flat=True))
    senders, words = _Senders(broadcast, people), _Words(broadcast, people)
    for person in people:
        row = BroadcastRecipient(
            broadcast=broadcast, contact=person.contact, phone=(person.phone or person.given)[:40]
        )
        row.problem = _problem(person, blocked, taken) or (DEAD if person.phone in dead else "")
        if not row.problem and person.phone not in agreed:
            row.problem = NO_CONSENT
        if not row.problem:
            words.fill(row)
        if not row.problem:
            row.number = senders.number_for(person)
            row.problem = "" if row.number else NO_NUMBER
        if not row.problem:
            taken.add(person.phone)
        yield row


def _problem(person: Person, blocked: set[str], taken: set[str]) -> str:
    if not person.phone:
        return NO_PHONE_NUMBER if person.given else NO_PHONE
    if person.phone in taken:
        return TWICE
    if person.phone in blocked:
        return OPTED_OUT
    return countries.refusal(person.phone)[:200]


class _Words:
    """The text, read once, and the newest open deal of each where it is about deals."""

    def __init__(self, broadcast: Broadcast, people: Iterable[Person]) -> None:
        self.author = broadcast.author
        self.phrase = merging.read_again(expansion.unescaped(broadcast.text))
        self.deals: dict[int, Deal] = {}
        if merging.needs_deal(self.phrase.names):
            contacts = [person.contact.pk for person in people if person.contact]
            deals = (
                Deal.objects.visible_to(self.author).current().filter(contact__in=among(contacts))
            )
            for deal in deals.exclude(stage__in=merging.CLOSED).order_by("created_at", "pk"):
                self.deals[deal.contact_id] = deal
        known = [person.contact for person in people if person.contact]
        merging.fetch(self.phrase.names, known, self.deals.values())

    def fill(self, row: BroadcastRecipient) -> None:
        deal = self.deals.get(row.contact_id or 0)
        try:
            words = merging.fill(self.phrase, merging.Whom(row.contact, deal, self.author))
            row.text = outbox.checked_text(words)
            row.segments = segments.measure(row.text).segments
        except merging.MissingValue as missing:
            row.problem = f"{{{missing.field}}} is empty."
        except outbox.CannotSend as problem:
            row.problem = str(problem)[:200]


class _Senders:
    """
    Our number for each: the one they know, if it is among those chosen; else the chosen ones in
    turn; with none chosen, the default.
    """

    def __init__(self, broadcast: Broadcast, people: Iterable[Person]) -> None:
        chosen = list(broadcast.numbers.filter(active=True).order_by("pk"))
        default = Number.objects.active().filter(is_default=True)
        allowed = chosen if broadcast.numbers.exists() else Number.objects.active()
        self.allowed = {number.pk: number for number in allowed}
        self.turns = chosen or list(default)
        contacts = [person.contact.pk for person in people if person.contact]
        bare = [person.phone for person in people if person.phone and not person.contact]
        rows = Conversation.objects.filter(contact__in=among(contacts)).values_list(
            "contact", "number"
        )
        strangers = Conversation.objects.filter(contact=None, phone__in=among(bare))
        self.known: dict[Any, Any] = dict(rows) | dict(strangers.values_list("phone", "number"))

    def number_for(self, person: Person) -> Number | None:
        who = person.contact.pk if person.contact else person.phone
        known = self.allowed.get(self.known.get(who) or 0)
        if known or not self.turns:
            return known
        return self.turns[int(person.phone[-6:]) % len(self.turns)]
