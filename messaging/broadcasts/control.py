"""What people do with a broadcast, by conditional updates: who comes second changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from contacts import audit
from contacts.roles import Right, may, refusal
from messaging import queue
from messaging.broadcasts.approval import needs_approval, take_turns
from messaging.broadcasts.halting import halt_chunk
from messaging.broadcasts.retrying import can_retry
from messaging.broadcasts.work import TASK
from messaging.models import Broadcast

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = Broadcast.State
MEANWHILE = "Somebody started or changed it meanwhile."
CHANGED = "It was taken back and changed since you looked at it: look at it again."
CHANGEABLE = (State.PREPARING, State.READY)
MOVING = (State.QUEUEING, State.QUEUED)


class CannotStart(ValueError):
    """Why a broadcast does not begin: one plain sentence."""


@transaction.atomic
def start(
    broadcast: Broadcast, *, send_at: datetime | None, is_local: bool, by: User | None = None
) -> None:
    """
    Let it go, or ask a second person to. by: who said so, None if its time came (a recurrence).
    is_local: the clock of send_at counts, in whatever zone it is given. Raises CannotStart.
    """
    if send_at and is_local:  # as Broadcast.send_at keeps it
        send_at = send_at.replace(tzinfo=timezone.get_default_timezone())
    if broadcast.state != State.READY:
        raise CannotStart(MEANWHILE)
    if not broadcast.recipients.to_queue().exists():
        raise CannotStart("Nobody would get a text: look at the reasons below.")
    take_turns(broadcast, by)
    ask = needs_approval(broadcast, by)
    news: dict[str, Any] = {
        "send_at": send_at,
        "is_local": is_local,
        "started_at": timezone.now(),
        "queued": {},
        "started_by": by,
    }
    state = State.WAITING if ask else State.QUEUEING
    if not _move(broadcast, (State.READY,), state, **news):
        raise CannotStart(MEANWHILE)
    what = "asked for approval of" if ask else "started"
    audit.note(audit.Action.BROADCAST_STARTED, by=by, about=f"{what} {_named(broadcast)}")


def hand_in(broadcast: Broadcast, user: User) -> str:
    """What they did to it, so that their yes is no second one: "wrote"; "" if nothing."""
    hands = {
        broadcast.started_by_id: "started",
        broadcast.edited_by_id: "changed",
        broadcast.author_id: "wrote",
    }
    return hands.get(user.pk, "")


@transaction.atomic
def withdraw(broadcast: Broadcast) -> bool:
    """
    Back from whoever is to approve it, to be changed. One that a recurrence made is like any other
    from now on: it would be handed in again at once.
    """
    news = {"send_at": None, "started_at": None, "started_by": None, "recurrence": None}
    return _move(broadcast, (State.WAITING,), State.READY, **news)


@transaction.atomic
def approve(broadcast: Broadcast, *, by: User, seen: str = "") -> None:
    """
    The second person's yes. seen: asked_at() of the page they said it on, for it may have been
    withdrawn, changed and handed in again meanwhile. Raises CannotStart.
    """
    if not may(by, Right.APPROVE):
        raise CannotStart(refusal(by, Right.APPROVE))
    # As it stays until this is committed: whose it is and what it says may just have changed.
    broadcast.refresh_from_db(from_queryset=Broadcast.objects.select_for_update(of=("self",)))
    if did := hand_in(broadcast, by):
        raise CannotStart(f"Somebody else has to approve it: you {did} it.")
    now = timezone.now()
    waits = broadcast.state == State.WAITING
    if waits and seen and seen != asked_at(broadcast):
        raise CannotStart(CHANGED)
    if not _move(broadcast, (State.WAITING,), State.QUEUEING, approved_by=by, started_at=now):
        raise CannotStart("It does not wait for approval any more.")
    audit.note(audit.Action.BROADCAST_APPROVED, by=by, about=_named(broadcast))


def asked_at(broadcast: Broadcast) -> str:
    """When somebody was asked to approve what it says now, as exactly as the API tells it."""
    return as_asked(broadcast.started_at) if broadcast.started_at else ""


def as_asked(moment: datetime) -> str:
    """Such a moment, whoever says it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _named(broadcast: Broadcast) -> str:
    return f"broadcast {broadcast.pk} “{broadcast}”"


def pause(broadcast: Broadcast) -> bool:
    """Nothing more leaves until it is resumed; what is on its way already arrives."""
    return _halt(broadcast, MOVING, State.PAUSED)


@transaction.atomic
def resume(broadcast: Broadcast) -> bool:
    news = {"started_at": timezone.now(), "queued": {}, "halting": None, "releasing": 0}
    return _move(broadcast, (State.PAUSED,), State.QUEUEING, **news)


def stop(broadcast: Broadcast) -> bool:
    """For good: what has not left is taken back."""
    return _halt(broadcast, (*MOVING, State.PAUSED, State.WAITING), State.STOPPED)


@transaction.atomic
def retry_failed(broadcast: Broadcast) -> bool:
    """A worker makes a new text, linked to the old, for each it did not reach. False if nobody."""
    if not can_retry(broadcast):
        return False
    news = {"started_at": timezone.now(), "queued": {}, "retrying": 0}
    return _move(broadcast, (State.QUEUED, State.FINISHED), State.QUEUEING, **news)


def hold_to_change(pk: int) -> bool:
    """Keep others from starting it until this transaction ends; False if it began already."""
    row = Broadcast.objects.select_for_update(of=["self"]).get(pk=pk)
    return row.state in CHANGEABLE


@transaction.atomic
def prepare_again(broadcast: Broadcast) -> None:
    """Write it out anew after its words or its audience were changed. Nothing has left yet."""
    broadcast.recipients.all().delete()
    anew = {
        "prepared_contacts": 0,
        "prepared_pasted": 0,
        "prepared_lookups": 0,
        "looked_up": {},
        "counted_at": None,
        "estimate": None,
    }
    Broadcast.objects.filter(pk=broadcast.pk).update(state=State.PREPARING, **anew)
    broadcast.refresh_from_db()
    queue.call(TASK)


def _move(broadcast: Broadcast, come: tuple[State, ...], to: State, **news: object) -> bool:
    moved = Broadcast.objects.filter(pk=broadcast.pk, state__in=come).update(state=to, **news)
    broadcast.refresh_from_db()
    if to == State.QUEUEING and moved:
        queue.call(TASK)
    return bool(moved)


@transaction.atomic
def _halt(broadcast: Broadcast, come: tuple[State, ...], to: State) -> bool:
    """Its state alone keeps claims away; the click does the first chunk, a worker the others."""
    if not _move(broadcast, come, to, halting=0):
        return False
    if halt_chunk(broadcast.pk):
        queue.call(TASK)
    broadcast.refresh_from_db()
    return True
