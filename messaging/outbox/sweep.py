"""Each minute: what expired leases, lost doorbells and early reports left behind. Never sends."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from messaging.models import Message, Status
from messaging.outbox.reconcile import poll, reconcile


def sweep(now: datetime | None = None) -> None:
    """Give up expired leases and stale texts, and ask about what is unconfirmed."""
    now = now or timezone.now()
    Message.objects.stranded(now).update(
        status=Status.UNCONFIRMED, reason="interrupted", lease_until=None, updated_at=now
    )
    Message.objects.filter(status=Status.QUEUED, expires_at__lt=now).update(
        status=Status.FAILED, reason="expired", settled_at=now, updated_at=now
    )
    reconcile(now)
    poll(now)
