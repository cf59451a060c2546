"""Each minute: what expired leases, and lost doorbells, left behind."""

from __future__ import annotations

from django.utils import timezone

from messaging.models import Message, Status


def sweep() -> None:
    """Mark what nobody knows the fate of. Never sends."""
    now = timezone.now()
    Message.objects.stranded(now).update(
        status=Status.UNCONFIRMED, reason="interrupted", lease_until=None, updated_at=now
    )
