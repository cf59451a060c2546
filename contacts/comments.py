"""The one door by which comments enter: `post_comment()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

from contacts import mentions
from contacts.models import Comment
from contacts.models.comment import MAX_LENGTH

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Record

#: Sent inside the transaction that stores the comment, just before; sender is Comment, argument
#: `comment`. A receiver may change it (into a track, say), add to `comment.hints` a sentence and
#: to `comment.afterwards` what has to follow once it has an id, or raise CommentRefused, and then
#: nothing stays behind.
comment_posted = Signal()

EMPTY = "Write something first."


class CommentRefused(Exception):
    """Why a comment was not stored: one plain sentence for its author."""


@transaction.atomic
def post_comment(*, on: Record, author: User | None, body: str) -> Comment:
    """
    Store a comment and tell those who listen, or neither.

    The comment comes back with `hints`: sentences for the author about what was (not) done.
    Raises CommentRefused with a sentence to show under the field.
    """
    body = clean(body)
    comment = Comment(record=on, author=author, body=body)
    comment.hints, comment.afterwards = [], []
    comment_posted.send(sender=Comment, comment=comment)
    comment.save(force_insert=True)
    for follow_up in comment.afterwards:
        follow_up()
    mentions.notify(comment)
    return comment


def clean(body: str) -> str:
    """The words as they can be stored. Raises CommentRefused if they are none or too many."""
    body = storable(body).strip()
    if not body:
        raise CommentRefused(EMPTY)
    if len(body) > MAX_LENGTH:
        raise CommentRefused(
            f"A comment has at most {MAX_LENGTH:,} characters; this one has {len(body):,}."
        )
    return body


def storable(text: str) -> str:
    """
    Words as both databases take them: no NUL, no lone surrogate, and one kind of line end
    (browsers post CRLF, and every one of them would count in a text).
    """
    text = text.encode("utf-8", "replace").decode().replace("\x00", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")
