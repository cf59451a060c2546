"""Changing a text that waits for its time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contacts.models import Comment
from messaging import queue
from messaging.models import Message, Status
from messaging.outbox.enqueue import SHELF_LIFE, checked_text, sized


@transaction.atomic
def change(message: Message, *, text: str, send_after: datetime, cancel_on_reply: bool) -> bool:
    """
    Other words, another time. True if it will go out so; False if it had left or was taken back.
    Raises CannotSend.
    """
    text, now = checked_text(text, message.channel), timezone.now()
    changed = Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(
        **sized(text, message.channel),
        send_after=send_after,
        expires_at=send_after + SHELF_LIFE,
        cancel_on_reply=cancel_on_reply,
        updated_at=now,
    )
    if changed:
        Comment.objects.filter(track__message=message).update(body=text)
        message.refresh_from_db()
        queue.ring()
    return bool(changed)
