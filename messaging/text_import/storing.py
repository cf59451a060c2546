"""Keeping what a log says: each text once, however often its log is brought."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from contacts.models import Contact
from messaging import consent, keywords, people, tracks
from messaging.keywords import Ask
from messaging.models import ConsentEvent, Direction, Message, Number, Origin, Status
from messaging.segments import measure
from messaging.text_import.reading import Line

TOGETHER = 200
#: A text we know from its webhook, whose clock may differ from the log's.
AROUND = timedelta(minutes=2)
_OURS = uuid.UUID("6f0c4f52-6d0e-4d0b-9c0a-5b1f6a5a7c11")


@dataclass
class Log:
    """One run over a log; counts: what became of its lines."""

    gateway: str
    counts: Counter[str] = field(default_factory=Counter)
    _alike: Counter[str] = field(default_factory=Counter)
    _asked: dict[str, Line] = field(default_factory=dict)

    def store(self, lines: Iterable[Line]) -> None:
        """All of them, in transactions of a few hundred; then what people asked for in them."""
        waiting: list[Line] = []
        for line in lines:
            waiting.append(line)
            self._note_asked(line)
            if len(waiting) == TOGETHER:
                self._store(waiting)
                waiting = []
        self._store(waiting)
        self._heed()

    @transaction.atomic
    def _store(self, lines: list[Line]) -> None:
        touched: set[tuple[Contact, str]] = set()
        for line in lines:
            key = self._key(line)
            place = self._alike[key]
            self._alike[key] += 1
            if self._is_here(line, key, place):
                self.counts["here already"] += 1
                continue
            touched.add((self._keep(line, _reference(key, place)), line.theirs))
            self.counts["stored"] += 1
        for contact, phone in touched:
            people.settle(contact, phone)

    def _key(self, line: Line) -> str:
        """What tells a text from others; alike ones are told apart by their order."""
        if line.id:
            return f"{self.gateway}|{line.id}"
        ends = f"{line.is_inbound}|{line.ours}|{line.theirs}"
        return f"{self.gateway}|{ends}|{line.at.timestamp()}|{line.text}"

    def _is_here(self, line: Line, key: str, place: int) -> bool:
        """Brought before, or known from the time when it was sent."""
        if line.id and place:
            return True
        mine = [_reference(key, n) for n in range(place + 1)]
        if Message.objects.filter(reference=mine[-1]).exists():
            return True
        if line.id and Message.objects.filter(gateway=self.gateway, external_id=line.id).exists():
            return True
        direction = Direction.INBOUND if line.is_inbound else Direction.OUTBOUND
        same = Message.objects.filter(
            phone=line.theirs[:16],
            number__address=line.ours[:16],
            direction=direction,
            text=line.text,
            created_at__range=(line.at - AROUND, line.at + AROUND),
        )
        return same.exclude(detail=BROUGHT).count() > (0 if line.id else place)

    def _keep(self, line: Line, reference: uuid.UUID) -> Contact:
        """A text that is over: no status of it is ever due."""
        people.hold(line.theirs)
        number = people.ours(line.ours, self.gateway)
        contact = _contact(line, number)
        size = measure(line.text)
        went, settled = not line.is_inbound, line.status in {Status.DELIVERED, *_NEVER}
        message = Message.objects.create(
            reference=reference,
            direction=Direction.OUTBOUND if went else Direction.INBOUND,
            status=line.status,
            origin=Origin.GATEWAY,
            number=number,
            gateway=self.gateway,
            contact=contact,
            phone=line.theirs[:16],
            text=line.text,
            external_id=line.id,
            encoding=size.encoding,
            segments=min(size.segments, 32_767),
            created_at=line.at,
            send_after=line.at,
            detail=BROUGHT,
            sent_at=line.at if went and line.status != Status.FAILED else None,
            settled_at=line.at if settled else None,
            read_at=None if went else line.at,
        )
        tracks.add(message)
        return contact

    def _note_asked(self, line: Line) -> None:
        """The last time each phone asked to be texted, or not."""
        if line.is_inbound and keywords.read(line.text) in {Ask.STOP, Ask.MAYBE_STOP, Ask.START}:
            last = self._asked.get(line.theirs)
            if last is None or last.at <= line.at:
                self._asked[line.theirs] = line

    def _heed(self) -> None:
        """STOP is heeded, without an answer; START lets nobody be texted again."""
        for phone, line in self._asked.items():
            ask = keywords.read(line.text)
            if ask is not Ask.START and consent.opt_out(
                phone,
                source=ConsentEvent.Source.IMPORT,
                words=line.text,
                at=line.at,
                needs_review=ask is Ask.MAYBE_STOP,
            ):
                self.counts["opted out"] += 1


_NEVER = {Status.FAILED, Status.UNDELIVERED}
BROUGHT = "From a log"


def _reference(key: str, place: int) -> uuid.UUID:
    return uuid.uuid5(_OURS, f"{key}|{place}")


def _contact(line: Line, number: Number) -> Contact:
    """Whose the phone is; somebody unknown gets the name the log gives them."""
    found = people.find(line.theirs, number)
    if found:
        return found
    contact = people.find_or_create(line.theirs, number)
    first, _, last = line.name.strip().rpartition(" ")
    if first or last:
        contact.first_name = (first or last)[:80]
        contact.last_name = last[:80] if first else ""
        contact.save()
    return contact
