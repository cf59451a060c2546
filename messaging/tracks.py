"""A message's entries on timelines, and its conversation: where people see what they texted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F

from contacts import timeline
from contacts.models import Comment
from messaging import beside
from messaging.bulk import time_value
from messaging.models import Conversation, Message, Track

if TYPE_CHECKING:
    from contacts.models import Record


MACHINERY = (
    *("lease_until", "claim_token", "attempt_no", "tries", "looked_up_at", "unseen_since"),
    *("unseen_times", "external_id", "price", "reference", "expires_at", "encoding", "segments"),
)
_UNUSED_OF_CONTACT = (
    *("notes", "email", "job_title", "archived_at", "created_at", "updated_at", "sort_name"),
    *("last_name", "last_texted_at", "last_reply_at", "texts_sent", "texts_received"),
)
_UNUSED = (
    *(f"track__message__{name}" for name in MACHINERY),
    *(f"track__message__author__{name}" for name in timeline.UNUSED_OF_USER),
    *(f"track__message__contact__{name}" for name in _UNUSED_OF_CONTACT),
    *(f"track__message__number__{name}" for name in ("created_at", "daily_limit", "time_zone")),
)


def join_timelines() -> None:
    """Let every timeline fetch the message of each track with it."""
    timeline.follow(
        "track__message__number",
        "track__message__contact",
        "track__message__author",
        unused=_UNUSED,
        contact="track__message__contact",
    )


def become_track(comment: Comment, message: Message) -> None:
    """Turn a comment that is being posted into the track of the text it asked for."""
    comment.kind = Comment.Kind.TRACK
    comment.body = message.text
    comment.afterwards.append(partial(_show, comment, message))


def _show(comment: Comment, message: Message) -> None:
    """The text on the timeline it was typed on, on its contact's, and in the inbox."""
    Track.objects.create(comment=comment, message=message)
    if comment.record != message.contact:
        add(message, is_original=False)
    converse(message)


def add(message: Message, *, on: Record | None = None, is_original: bool = True) -> None:
    """Put a message on a record's timeline; without one, on its contact's, if it has one."""
    record = on or message.contact
    if record is None:
        return
    comment = _entry(message, record)
    comment.save(force_insert=True)
    Track.objects.create(comment=comment, message=message, is_original=is_original)


def add_many(messages: list[Message]) -> None:
    """Put each on its contact's timeline; all of them have one."""
    comments = [_entry(message, message.contact) for message in messages if message.contact]
    Comment.objects.bulk_create(comments)
    Track.objects.bulk_create(
        Track(comment=comment, message=message)
        for comment, message in zip(comments, messages, strict=True)
    )


def _entry(message: Message, record: Record) -> Comment:
    return Comment(
        record=record,
        author=message.author,
        kind=Comment.Kind.TRACK,
        body=message.text,
        created_at=message.created_at,
    )


# In SQL, because it is a part of every click that texts.
_MOVED = """
    UPDATE messaging_conversation
       SET phone = %s, number_id = %s, last_message_id = %s, last_at = %s
     WHERE contact_id = %s
"""


def _moved(message: Message) -> bool:
    """Whether the contact had a conversation, which now ends with this text of ours."""
    at = time_value(message.created_at)
    values = [message.phone, message.number_id, message.pk, at, message.contact_id]
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, values)
        return bool(cursor.rowcount)


def converse(message: Message) -> None:
    """
    Move the conversation this message belongs to, making it if it is the first. What somebody
    texts us opens it again, if it was done or snoozed.
    """
    if message.is_outbound and message.contact and _moved(message):
        beside.forget(message.contact)
        return
    who = (
        {"contact": message.contact}
        if message.contact
        else {"contact": None, "phone": message.phone}
    )
    news: dict[str, Any] = {
        "phone": message.phone,
        "number": message.number,
        "last_message": message,
        "last_at": message.created_at,
    }
    if not message.is_outbound:
        news |= {"done_at": None, "snoozed_until": None, "unread": F("unread") + 1}
    if not Conversation.objects.filter(**who).update(**news):
        first = news | {"unread": 0 if message.is_outbound else 1}
        Conversation.objects.update_or_create(**who, defaults=first)
    if message.contact:
        beside.forget(message.contact)
