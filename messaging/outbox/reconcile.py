"""
What became of unconfirmed messages: asked of the gateway, decided by proof or by a person.

Only a gateway that says “never seen” three times, over RECONCILE_MINUTES, puts a message back
into the queue. Nothing else does, except a person, and that is written down. Only a text does so by
itself: somebody may have heard a call, and no log of an app is known to tell what it never saw.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from contacts import audit
from messaging import queue, reports, rollups, wire
from messaging.gateways.base import KeepsJournal, Question
from messaging.gateways.errors import GatewayError, NotSupported
from messaging.models import Attempt, Message, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.gateways.base import Channel, DeliveryReport, Gateway

    Answers = Iterator[tuple[Message, DeliveryReport | None]]

log = logging.getLogger(__name__)

_TRIED = ("message_id", "started_at", "batch")
_LONGEST_AGO = F("looked_up_at").asc(nulls_first=True)
ASK_AGAIN = timedelta(minutes=1)
ASK_SELDOM, YOUNG = timedelta(hours=1), timedelta(hours=1)
GIVE_UP = timedelta(hours=72)  # from then on it is for a person
UNSEEN_TIMES = 3
FEW = 3  # that are looked for in their phones' parts of a journal, rather than in the whole of it
# The safety net under delivery reports: few questions, since each is a request.
POLL_AFTER, POLL_UNTIL, POLL_BATCH = timedelta(minutes=5), timedelta(hours=48), 10
BATCH = 1_000
LONGEST = 15.0  # seconds in which no further question is begun: a sweep has more to do


def reconcile(now: datetime | None = None) -> None:
    """Ask the gateways about what is unconfirmed."""
    now = now or timezone.now()
    young = Q(send_after__gt=now - YOUNG) & Q(looked_up_at__lte=now - ASK_AGAIN)
    rows = Message.objects.filter(
        Q(looked_up_at=None) | young | Q(looked_up_at__lte=now - ASK_SELDOM),
        status=Status.UNCONFIRMED,
        send_after__gt=now - GIVE_UP,
        gateway__in=wire.available(),
    )
    _ask(list(rows.order_by(_LONGEST_AGO, "updated_at")[:BATCH]), now)


def poll(now: datetime | None = None) -> None:
    """Ask about texts that were accepted and never heard of again."""
    now = now or timezone.now()
    rows = Message.objects.filter(
        Q(looked_up_at=None) | Q(looked_up_at__lte=now - ASK_SELDOM),
        status=Status.SENT,
        sent_at__range=(now - POLL_UNTIL, now - POLL_AFTER),
        gateway__in=wire.available(),
    )
    _ask(list(rows.order_by(_LONGEST_AGO, "-created_at")[:POLL_BATCH]), now)


def _ask(messages: list[Message], now: datetime) -> None:
    end = time.monotonic() + LONGEST
    unseen = []
    for message, report in _answers(messages, now, end):
        if report:
            reports.move(message, report)
        elif message.status == Status.UNCONFIRMED:
            unseen.append(message.pk)
        if time.monotonic() > end:
            break
    _note_unseen(unseen, now)


def _answers(messages: list[Message], now: datetime, end: float) -> Answers:
    """By gateway: from its journal at one go where it keeps one, else one after the other."""
    for name in sorted({message.gateway for message in messages}):
        mine = [message for message in messages if message.gateway == name]
        gateway = wire.build(name)
        if isinstance(gateway, KeepsJournal) and len(mine) > FEW:
            asked = dict(zip(_questions(mine), mine, strict=True))
            _note_asked(mine, now)
            for question, report in gateway.look_up_all(list(asked)):
                yield asked[question], report
        else:
            yield from _one_by_one(gateway, mine, now, end)


def _one_by_one(gateway: Gateway, messages: list[Message], now: datetime, end: float) -> Answers:
    for message, question in zip(messages, _questions(messages), strict=True):
        _note_asked([message], now)
        try:
            yield message, gateway.look_up(question)
        except (NotSupported, GatewayError) as error:
            log.info("Message %s stays %s: %s", message.pk, message.status, type(error).__name__)
        if time.monotonic() > end:
            return


def _questions(messages: list[Message]) -> list[Question]:
    tried: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(message__in=messages).only(*_TRIED):
        tried.setdefault(attempt.message_id, []).append(attempt)
    return [_question(message, tried.get(message.pk, [])) for message in messages]


def _question(message: Message, tried: list[Attempt]) -> Question:
    return Question(
        str(message.reference),
        message.external_id,
        to=message.phone,
        since=min((one.started_at for one in tried), default=message.created_at),
        batches=frozenset(str(one.batch) for one in tried if one.batch),
        channel=cast("Channel", message.channel),
    )


def _note_asked(messages: list[Message], now: datetime) -> None:
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(looked_up_at=now)


def _note_unseen(ids: list[int], now: datetime) -> None:
    """Count each “never seen”; after enough of them, over enough time, send it after all."""
    mine = Message.objects.filter(pk__in=ids, status=Status.UNCONFIRMED)
    if not ids or not mine.update(
        unseen_times=F("unseen_times") + 1, unseen_since=Coalesce("unseen_since", now)
    ):
        return
    long_ago = now - timedelta(minutes=settings.RECONCILE_MINUTES)
    texts = mine.filter(channel="sms")
    certain = texts.filter(unseen_times__gte=UNSEEN_TIMES, unseen_since__lte=long_ago)
    if again := _requeue(certain, now):
        log.info("%s messages were never seen by their gateway and are queued again", again)


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
    audit.note(audit.Action.SENT_AGAIN, by=user, about=f"Message {message.pk}")
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
