"""Keeping what a log says, as texts that are long over; and how to find what an import kept."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from contacts.importing.rows import Row
from contacts.models import Contact, ImportRow, Phone
from messaging import consent, keywords, people, settling, tracks
from messaging.keywords import Ask
from messaging.models import (
    Belongs,
    ConsentEvent,
    Direction,
    Message,
    Number,
    Origin,
    Status,
)
from messaging.models.message import FROM_A_LOG
from messaging.segments import measure
from messaging.text_import import known
from messaging.text_import.looking import HERE
from messaging.text_import.reading import Line

TEXTS = "texts"  # their word among importing.kinds

Outcome = ImportRow.Outcome
Understood = tuple[Row, Line]
#: Of a row's `before`: what was planned for it, before anything was stored.
PLANNED = ("place", "asked")
_NEVER = {Status.FAILED, Status.UNDELIVERED}


def texts_of(pk: int) -> QuerySet[Any]:
    """The keys of the texts that an import stored, without those it took back."""
    rows = ImportRow.objects.filter(source=pk, source__kind=TEXTS, outcome=Outcome.CREATED)
    return rows.annotate(text=Cast(KT("before__text"), BigIntegerField())).values("text")


def store(pairs: list[Understood], gateway: str, author: Any) -> None:
    """
    In a transaction of the caller's; what happened is in the rows then, not told to the database:
    in `before` the text's key, and what was made for it (contact, number, recipient).
    """
    for row, _ in pairs:
        row.before = {name: row.before[name] for name in PLANNED if name in row.before}
        row.outcome, row.problem, row.contact_id = Outcome.SKIPPED, HERE, None
    placed = [(line, row.before.get("place", 0)) for row, line in pairs]
    are_here = known.here(placed, gateway)
    _keep([pair for pair, is_here in zip(pairs, are_here, strict=True) if not is_here], gateway)
    for row, line in pairs:
        if row.before.get("asked"):
            row.before["opted_out"] = _heed(line, author)


def _keep(pairs: list[Understood], gateway: str) -> None:
    if not pairs:
        return
    new = people.hold_all(line.theirs for _, line in pairs)
    whose = _Whose(gateway, {line.theirs for _, line in pairs})
    texts = []
    for row, line in pairs:
        if line.theirs[:16] in new:
            new.remove(line.theirs[:16])
            row.before["recipient"] = line.theirs[:16]
        number = whose.number(row, line)
        contact = whose.contact(row, line, number)
        row.outcome, row.problem, row.contact_id = Outcome.CREATED, "", contact.pk
        texts.append(_text(row, line, number, contact, gateway))
    for (row, _), text in zip(pairs, Message.objects.bulk_create(texts), strict=True):
        row.before["text"] = text.pk
    tracks.add_many(texts)
    settling.settle(whose.contacts.values())


class _Whose:
    """Between which number of ours and which contact texts were; each is looked up once."""

    def __init__(self, gateway: str, phones: set[str]) -> None:
        self.gateway = gateway
        self.numbers = {number.address: number for number in Number.objects.all()}
        self.contacts: dict[tuple[str, Number], Contact] = {}
        self.owners = _owners(phones)

    def number(self, row: Row, line: Line) -> Number:
        address = line.ours[:16]
        if address not in self.numbers:
            self.numbers[address] = people.ours(address, self.gateway)
            row.before["number"] = self.numbers[address].pk
        return self.numbers[address]

    def contact(self, row: Row, line: Line, number: Number) -> Contact:
        who = (line.theirs, number)
        if who not in self.contacts:
            is_known = line.theirs in self.owners
            found = self.owners[line.theirs] if is_known else people.find(line.theirs, number)
            self.contacts[who] = found or self._made(row, line, number)
        return self.contacts[who]

    def _made(self, row: Row, line: Line, number: Number) -> Contact:
        """Somebody unknown, by the name the log gives them."""
        first, _, last = line.name.strip().rpartition(" ")
        name = (first[:80], last[:80]) if first else (last[:80], "")
        contact = people.create(line.theirs, number, name)
        row.before["contact"] = [contact.pk, contact.first_name, contact.last_name]
        if line.theirs.startswith("+"):
            self.owners[line.theirs] = contact
        return contact


def _owners(phones: set[str]) -> dict[str, Contact | None]:
    """Of phones that one contact has, or nobody, and of which nobody said otherwise."""
    found: dict[str, set[Contact]] = {phone: set() for phone in phones}
    for row in Phone.objects.filter(e164__in=phones).select_related("contact"):
        found[row.e164].add(row.contact)
    said = set(Belongs.objects.filter(phone__in=phones).values_list("phone", flat=True))
    return {
        phone: next(iter(have), None)
        for phone, have in found.items()
        if len(have) < 2 and phone not in said
    }


def _text(row: Row, line: Line, number: Number, contact: Contact, gateway: str) -> Message:
    """One that is over: no status of it is ever due."""
    size = measure(line.text)
    went, settled = not line.is_inbound, line.status in {Status.DELIVERED, *_NEVER}
    return Message(
        reference=known.reference(line, row.before.get("place", 0), gateway),
        direction=Direction.OUTBOUND if went else Direction.INBOUND,
        status=line.status,
        origin=Origin.GATEWAY,
        number=number,
        gateway=gateway,
        contact=contact,
        phone=line.theirs[:16],
        text=line.text,
        external_id=line.id,
        encoding=size.encoding,
        segments=min(size.segments, 32_767),
        created_at=line.at,
        send_after=line.at,
        detail=FROM_A_LOG,
        sent_at=line.at if went and line.status != Status.FAILED else None,
        settled_at=line.at if settled else None,
        read_at=None if went else line.at,
    )


def _heed(line: Line, author: Any) -> bool:
    """STOP is heeded, without an answer; True if they were not blocked before."""
    return consent.opt_out(
        line.theirs,
        source=ConsentEvent.Source.IMPORT,
        words=line.text,
        user=author,
        at=line.at,
        needs_review=keywords.read(line.text) is Ask.MAYBE_STOP,
    )
