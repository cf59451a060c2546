"""
What a broadcast's page says in figures. Of a large one they are kept in its row: to join a hundred
thousand recipients with their messages takes a database longer than a page should.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from messaging.models import Broadcast, Status

LATELY = timedelta(minutes=1)
SMALL = 2_000  # recipients that are counted while the page waits
SIZE = Coalesce("message__segments", "segments")  # as the gateway counted, before that as we do
ASLEEP = Q(message__status=Status.QUEUED, message__reason="quiet_hours")


def is_small(broadcast: Broadcast) -> bool:
    return len(broadcast.recipients.values("pk")[: SMALL + 1]) <= SMALL


def count(broadcast: Broadcast) -> dict[str, Any]:
    """The fields of Progress, as JSON can hold them."""
    going = broadcast.recipients.filter(problem="").order_by()
    lately = Q(message__sent_at__gt=timezone.now() - LATELY)
    rows = list(
        going.values("message__status").annotate(
            n=Count("pk"),
            first=Min("pk"),
            size=Sum(SIZE),
            lately=Count("pk", filter=lately),
            asleep=Count("pk", filter=ASLEEP),
        )
    )
    return {
        "skipped": broadcast.recipients.skipped().count(),
        "segments": sum(row["size"] for row in rows),
        "by_status": {row["message__status"] or "": row["n"] for row in rows},
        "first": {row["message__status"] or "": row["first"] for row in rows},
        "rate": sum(row["lately"] for row in rows),
        "asleep": sum(row["asleep"] for row in rows),
    }


def keep(broadcast: Broadcast) -> None:
    """Count it and keep that."""
    now = timezone.now()
    news: dict[str, Any] = {"counts": count(broadcast), "counted_at": now, "counts_wanted": False}
    Broadcast.objects.filter(pk=broadcast.pk).update(**news)
    broadcast.counts, broadcast.counted_at = news["counts"], now


def want(broadcast: Broadcast) -> bool:
    """Ask a worker to; False if somebody asked already."""
    rows = Broadcast.objects.filter(pk=broadcast.pk, counts_wanted=False)
    return bool(rows.update(counts_wanted=True))


def keep_counts() -> None:
    """A worker's part: those that somebody looks at."""
    for broadcast in Broadcast.objects.filter(counts_wanted=True):
        keep(broadcast)
