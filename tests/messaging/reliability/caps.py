"""Sixteen processes claim from one number that may send a hundred texts a day."""

from tests.messaging.reliability import host

CLAIMERS, CAP, TEXTS = 16, 100, 300


def run(gateway):
    from messaging.models import Attempt, DailyUse, Message

    host.clear()
    host.number(daily_limit=CAP)
    host.texts(TEXTS, people=TEXTS)
    exits = [host.wait(pid) for pid in [host.start(_claim) for _ in range(CLAIMERS)]]
    return {
        "exits": exits,
        "attempts": Attempt.objects.count(),
        "sending": Message.objects.filter(status="sending").count(),
        "waiting": Message.objects.filter(status="queued", reason="daily_limit").count(),
        "used": DailyUse.objects.get().used,
    }


def _claim():
    """A few at a time, until nothing more is to be had for a while."""
    from messaging.outbox.claim import claim

    empty = 0
    while empty < 5:
        empty = 0 if claim("seven", 7) else empty + 1
