"""Taking a text back while it has not been claimed."""

from __future__ import annotations

from django.utils import timezone

from messaging.models import Message, Status


def cancel(message: Message) -> bool:
    """True if it will not be sent; False if it was too late."""
    now = timezone.now()
    changed = Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(
        status=Status.CANCELLED, settled_at=now, updated_at=now
    )
    if changed:
        message.refresh_from_db()
    return bool(changed)
