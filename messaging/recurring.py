"""
Texts that come again. Once a minute, whatever is due is made a text or a broadcast of its own, in
one transaction with the move to the next time: a crash, or two workers at once, makes one of it.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from messaging import broadcasts, expansion, later, outbox, preferences, routing, texting
from messaging.models import Broadcast, Origin, Recurrence

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 200  # a minute; the rest follow in the next
STALE = timedelta(hours=6)  # a machine that was off for longer lets that time go
A_DAY = timedelta(days=1)


def next_time(every: str, day: int, clock: time, zone: tzinfo, after: datetime) -> datetime:
    """The first such moment after `after`, in UTC. A month without that day has its last one."""
    for one in _days(every, day, after.astimezone(zone).date()):
        moment = datetime.combine(one, clock, tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("a week or a month always comes again")


def plan(row: Recurrence, now: datetime | None = None) -> None:
    """Set when the next one is, on the recipient's clock; nothing is stored."""
    row.next_at = next_time(row.every, row.day, row.clock, _zone(row), now or timezone.now())


def run_due(now: datetime | None = None) -> int:
    """How many texts and broadcasts were made."""
    now = now or timezone.now()
    due = list(Recurrence.objects.due(now).values_list("pk", flat=True)[:BATCH])
    _start_prepared()
    return sum(_run(pk, now) for pk in due)


@transaction.atomic
def _run(pk: int, now: datetime) -> bool:
    locked = Recurrence.objects.select_for_update(of=["self"])
    row = locked.due(now).select_related("contact", "broadcast", "number").filter(pk=pk).first()
    if row is None:
        return False
    is_late = now - row.next_at > STALE
    plan(row, now)
    row.problem = "It was missed: nothing ran at that time." if is_late else _make(row, now)
    row.save(update_fields=["next_at", "problem"])
    return not row.problem


def _make(row: Recurrence, now: datetime) -> str:
    """Why not, or "". A refusal stores nothing."""
    if row.broadcast:
        _make_broadcast(row, row.broadcast, now)
        return ""
    try:
        _make_text(row, now)
    except outbox.CannotSend as refusal:
        return str(refusal)
    return ""


def _make_text(row: Recurrence, now: datetime) -> None:
    contact = row.contact
    phone = contact.phone_to_text() if contact else None
    if contact is None or phone is None:
        raise outbox.CannotSend(f"{contact} has no phone number to text.")
    if contact.archived_at:
        raise outbox.CannotSend(f"{contact} is archived.")
    number = row.number if row.number and row.number.active else None
    texting.send(
        text=expansion.expand(row.text, contact=contact, author=row.author),
        phone=phone.e164,
        number=number or routing.number_for(contact, author=row.author),
        origin=Origin.RECURRING,
        author=row.author,
        contact=contact,
        send_after=now,
    )


def _make_broadcast(row: Recurrence, source: Broadcast, now: datetime) -> None:
    """The same words to whoever belongs to its audience today."""
    new = Broadcast.objects.create(
        name=f"{source.name[:66]}, {timezone.localdate(now):%d.%m.%Y}",
        text=source.text,
        query=source.query,
        pasted=source.pasted,
        only_agreed=source.only_agreed,
        look_up=source.look_up,
        author=row.author,
        team_id=source.team_id,
        recurrence=row,
    )
    new.tags.set(source.tags.all())
    new.numbers.set(source.numbers.all())
    broadcasts.prepare_again(new)


def _start_prepared() -> None:
    """What was written out since goes, or asks for approval, as if somebody had pressed Start."""
    ready = Broadcast.objects.filter(state=Broadcast.State.READY, recurrence__isnull=False)
    for broadcast in ready.select_related("recurrence"):
        try:
            broadcasts.start(broadcast, send_at=None, is_local=False)
        except broadcasts.CannotStart as problem:
            ready.filter(pk=broadcast.pk).update(state=Broadcast.State.STOPPED)
            Recurrence.objects.filter(broadcasts=broadcast).update(problem=str(problem))


def _zone(row: Recurrence) -> tzinfo:
    phone = row.contact.phone_to_text() if row.contact else None
    if row.contact is None or phone is None:
        return timezone.get_default_timezone()
    with timezone.override(preferences.time_zone(row.author)):  # where theirs is not known
        return later.zone_of(row.contact, phone.e164)


def _days(every: str, day: int, today: date) -> Iterator[date]:
    """Candidates from today on."""
    if every == Recurrence.Every.WEEK:
        first = today + A_DAY * ((day - today.weekday()) % 7)
        yield from (first + n * timedelta(weeks=1) for n in range(3))
        return
    for months in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        yield date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))
