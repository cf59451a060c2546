"""The same door as enqueue(), for hundreds of texts in a statement: models cost the most."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from messaging import queue, segments
from messaging.bulk import time_value, together, uuid_value
from messaging.models import ErasedOptOut, Number, Origin
from messaging.outbox.enqueue import SHELF_LIFE


class Draft(NamedTuple):
    """A text that was checked as enqueue() checks, not stored yet. phone: E.164."""

    text: str
    phone: str
    number: Number
    contact_id: int | None
    author_id: int | None
    send_after: datetime
    retry_of_id: int | None = None


class Stored(NamedTuple):
    """What timelines need to know of a message."""

    pk: int
    draft: Draft
    created_at: datetime


_TYPES = (
    "uuid, text, bigint, text, bigint, text, bigint, text, text, smallint, timestamptz,"
    " timestamptz, timestamptz, bigint"
)
_STORE = """
    INSERT INTO messaging_message
           (reference, direction, status, origin, number_id, gateway, contact_id, phone, author_id,
            text, encoding, segments, created_at, updated_at, send_after, expires_at, retry_of_id,
            attempt_no, tries, unseen_times, reason, detail, external_id, cancel_on_reply,
            is_confirmation)
    SELECT column1, 'outbound', 'queued', column2, column3, column4, column5, column6, column7,
           column8, column9, column10, column11, column11, column12, column13, column14,
           0, 0, 0, '', '', '', FALSE, FALSE
      FROM ({rows}) AS news
    RETURNING reference, id
"""
_RECIPIENTS = """
    INSERT INTO messaging_recipient (phone, opted_out_at, needs_review, look_up_words)
    SELECT column1, column2, FALSE, '' FROM ({rows}) AS news WHERE TRUE ON CONFLICT DO NOTHING
"""


def enqueue_many(drafts: Sequence[Draft], origin: Origin) -> list[Stored]:
    """
    Store them and ring once. Who opted out is for the caller to leave out; the claim looks again,
    under the lock on each recipient's row, which this makes where there is none.
    """
    if not drafts:
        return []
    now = timezone.now()
    rows = [(uuid_value(uuid.uuid4()), draft) for draft in drafts]
    _make_recipients({draft.phone for draft in drafts})
    with transaction.atomic(savepoint=False):
        values = [_values(reference, draft, origin, now) for reference, draft in rows]
        found = dict(together(_STORE, values, _TYPES))
        queue.ring()
    return [Stored(found[reference], draft, now) for reference, draft in rows]


def _values(reference: Any, draft: Draft, origin: Origin, now: datetime) -> tuple[object, ...]:
    measure = segments.measure(draft.text)
    return (
        *(reference, origin.value, draft.number.pk, draft.number.gateway),
        *(draft.contact_id, draft.phone, draft.author_id, draft.text),
        *(measure.encoding, measure.segments, time_value(now), time_value(draft.send_after)),
        *(time_value(draft.send_after + SHELF_LIFE), draft.retry_of_id),
    )


def _make_recipients(phones: set[str]) -> None:
    """Where there is none yet; who opted out before they were erased is opted out again."""
    erased = ErasedOptOut.objects.of(phones)
    rows = [(phone, time_value(erased.get(phone))) for phone in sorted(phones)]
    together(_RECIPIENTS, rows, "text, timestamptz")
