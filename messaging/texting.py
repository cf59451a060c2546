"""
How a person's text enters, by whichever screen: stored, shown where it belongs, or refused.

Each is one transaction: the message, its entries on timelines and its conversation exist together
or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from contacts.comments import post_comment
from messaging import outbox, tracks, wording
from messaging.models import Channel, Message
from messaging.preferences import undo_window

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from contacts.models import Contact
    from messaging.models import Number, Origin


@transaction.atomic
def send(
    *,
    text: str,
    phone: str,
    number: Number | None,
    origin: Origin,
    author: User,
    contact: Contact | None = None,
    send_after: datetime | None = None,
    cancel_on_reply: bool = False,
    channel: Channel = Channel.SMS,
) -> Message:
    """
    Queue one message to `phone` (E.164), to leave at `send_after`, else when it can no longer
    be taken back. cancel_on_reply: not at all if they text us first.

    Raises outbox.CannotSend with a sentence for its author, and then nothing is stored.
    """
    message = outbox.enqueue(
        text=text,
        phone=phone,
        number=number,
        origin=origin,
        author=author,
        contact=contact,
        send_after=send_after or timezone.now() + undo_window(author),
        cancel_on_reply=cancel_on_reply,
        channel=channel,
    )
    tracks.add(message)
    tracks.converse(message)
    return message


@transaction.atomic
def send_again(message: Message, *, author: User) -> Message:
    """
    Queue a new message with the words of one that did not arrive; it stands on the same
    timelines. Raises outbox.CannotSend.
    """
    new = outbox.send_again(message, author=author)
    shown = list(message.tracks.select_related("comment").order_by("pk"))
    for track in shown:
        if record := track.comment.record:
            tracks.add(new, on=record, is_original=track.is_original)
    if not shown:
        tracks.add(new)
    tracks.converse(new)
    return new


@transaction.atomic
def mark_called(message: Message, *, author: User) -> bool:
    """
    Somebody called, because the text did not arrive: said once, as a comment where it was typed.
    False if it arrived after all, or was said before.
    """
    now = timezone.now()
    failed = Message.objects.filter(pk=message.pk, status__in=wording.BAD, called_at=None)
    if not failed.update(called_at=now, updated_at=now):
        return False
    track = message.tracks.filter(is_original=True).select_related("comment").first()
    record = (track and track.comment.record) or message.contact
    if record is not None:
        post_comment(on=record, author=author, body="Called instead.")
    return True
