"""
What became of unconfirmed messages: asked of the gateway, decided by proof or by a person.

Only a gateway that says “never seen” three times, over RECONCILE_MINUTES, puts a message back
into the queue. Nothing else does, except a person, and that is written down.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from messaging import queue, reports, rollups, wire
from messaging.gateways.errors import GatewayError, NotSupported
from messaging.models import Message, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=1)
ASK_SELDOM, YOUNG = timedelta(hours=1), timedelta(hours=1)
GIVE_UP = timedelta(hours=72)  # from then on it is for a person
UNSEEN_TIMES = 3
# The safety net under delivery reports: few questions, for some gateways read a journal for each.
POLL_AFTER, POLL_UNTIL, POLL_BATCH = timedelta(minutes=5), timedelta(hours=48), 10
BATCH = 50
LONGEST = 15.0  # seconds in which no further question is begun: a sweep has more to do


def reconcile(now: datetime | None = None) -> int:
    """Ask the gateways about what is unconfirmed. Returns how many were asked about."""
    now = now or timezone.now()
    young = Q(send_after__gt=now - YOUNG) & Q(looked_up_at__lte=now - ASK_AGAIN)
    rows = Message.objects.filter(
        Q(looked_up_at=None) | young | Q(looked_up_at__lte=now - ASK_SELDOM),
        status=Status.UNCONFIRMED,
        send_after__gt=now - GIVE_UP,
        gateway__in=wire.available(),
    )
    return _ask_all(list(rows.order_by("updated_at")[:BATCH]), now)


def poll(now: datetime | None = None) -> int:
    """Ask about texts that were accepted and never heard of again. Returns how many."""
    now = now or timezone.now()
    rows = Message.objects.filter(
        Q(looked_up_at=None) | Q(looked_up_at__lte=now - ASK_SELDOM),
        status=Status.SENT,
        sent_at__range=(now - POLL_UNTIL, now - POLL_AFTER),
        gateway__in=wire.available(),
    )
    return _ask_all(list(rows.order_by("looked_up_at", "-created_at")[:POLL_BATCH]), now)


def _ask_all(messages: list[Message], now: datetime) -> int:
    end = time.monotonic() + LONGEST
    for asked, message in enumerate(messages, 1):
        _ask(message, now)
        if time.monotonic() > end:
            return asked
    return len(messages)


def _ask(message: Message, now: datetime) -> None:
    first = message.attempts.order_by("attempt_no").first()
    since = first.started_at if first else message.created_at
    Message.objects.filter(pk=message.pk).update(looked_up_at=now)
    try:
        report = wire.build(message.gateway).look_up(
            str(message.reference), message.external_id, to=message.phone, since=since
        )
    except (NotSupported, GatewayError) as error:
        log.info("Message %s stays %s: %s", message.pk, message.status, type(error).__name__)
        return
    if report:
        reports.move(message, report)
    elif message.status == Status.UNCONFIRMED:
        _note_unseen(message, now)


def _note_unseen(message: Message, now: datetime) -> None:
    """Count a “never seen”; after enough of them, over enough time, send it after all."""
    mine = Message.objects.filter(pk=message.pk, status=Status.UNCONFIRMED)
    mine.update(unseen_times=F("unseen_times") + 1, unseen_since=Coalesce("unseen_since", now))
    long_ago = now - timedelta(minutes=settings.RECONCILE_MINUTES)
    certain = mine.filter(unseen_times__gte=UNSEEN_TIMES, unseen_since__lte=long_ago)
    if _requeue(certain, now):
        log.info("Message %s was never seen by its gateway and is queued again", message.pk)


def _requeue(rows: object, now: datetime) -> int:
    """Back into the queue, under a new claim; the old owner's token no longer counts."""
    changed: int = rows.update(  # type: ignore[attr-defined]
        status=Status.QUEUED,
        send_after=now,
        claim_token=None,
        unseen_times=0,
        unseen_since=None,
        looked_up_at=None,
        updated_at=now,
    )
    if changed:
        queue.ring()
    return changed


@transaction.atomic
def send_anyway(message: Message, user: User) -> bool:
    """A person says that it never arrived: send it (again). Written down; False if too late."""
    now = timezone.now()
    mine = Message.objects.filter(pk=message.pk, status=Status.UNCONFIRMED)
    mine.update(expires_at=now + timedelta(hours=24))
    if not _requeue(mine, now):
        return False
    _write_down(message, user, "Sent again although its fate was unknown.")
    return True


@transaction.atomic
def mark_arrived(message: Message, user: User) -> bool:
    """A person says that it arrived. Written down; False if it was settled meanwhile."""
    now = timezone.now()
    changed = Message.objects.filter(pk=message.pk, status=Status.UNCONFIRMED).update(
        status=Status.SENT, sent_at=Coalesce("sent_at", now), updated_at=now
    )
    if changed:
        if message.contact_id:
            rollups.count_sent(now, [message.contact_id])
        _write_down(message, user, "Marked as arrived by hand.")
    return bool(changed)


def _write_down(message: Message, user: User, what: str) -> None:
    LogEntry.objects.log_actions(
        user.pk, [message], CHANGE, change_message=what, single_object=True
    )
