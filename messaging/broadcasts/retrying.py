"""Whom a broadcast did not reach and may text again: found by an index, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from contacts.importing.writing import among
from messaging import following
from messaging.models import Broadcast, Message
from messaging.models.message import MISSED

CHUNK = 500


def can_retry(broadcast: Broadcast) -> bool:
    """Whether there is anybody; where very many are looked at, perhaps."""
    found = list(broadcast.recipients.to_retry().values_list("message", flat=True)[:CHUNK])
    return len(found) == CHUNK or len(_sent_again(found)) < len(found)


def let_go(broadcast: Broadcast) -> list[int]:
    """
    The next few hundred recipients who were looked at; those of them that may be texted again wait
    for a new text now, which is to be queued in the same transaction.
    """
    if broadcast.retrying is None:
        return []
    missed = broadcast.recipients.to_retry().filter(pk__gt=broadcast.retrying).order_by("pk")
    found = dict(missed.values_list("pk", "message")[:CHUNK])
    broadcast.retrying = max(found) if len(found) == CHUNK else None
    held = _held(found.values())
    rows = broadcast.recipients.filter(
        pk__in=among(found), message__in=among(held - _sent_again(held))
    )
    rows.update(retry_of=F("message"), message=None, missed=False)
    following.follow_all(broadcast.recipients.to_queue().filter(pk__in=among(found)))
    return list(found)


def _held(messages: Iterable[int]) -> set[int]:
    """
    Those that still did not arrive. Whoever sends one of them again by hand, or hears that it
    arrived after all, waits for this transaction.
    """
    rows = Message.objects.filter(pk__in=among(messages), status__in=MISSED).order_by("pk")
    return set(rows.select_for_update(of=["self"]).values_list("pk", flat=True))


def _sent_again(messages: Iterable[int]) -> set[int]:
    """By the rule of outbox.send_again()."""
    again = Message.objects.not_given_up().filter(retry_of__in=among(messages))
    return set(again.values_list("retry_of", flat=True))  # type: ignore[arg-type]
