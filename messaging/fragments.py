"""
Pieces of pages that are drawn once for what they show, and kept.

A timeline shows the same fifty entries again each time it is opened. A piece is kept under all
that it says, so there is nothing to be thrown away when something changes: it says something else
then. What holds a form is never kept, because each form has a token of its own.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from contacts.roles import Right, granted, may
from messaging import wording
from messaging.models import Status

if TYPE_CHECKING:
    from datetime import tzinfo

    from contacts.models import Comment
    from messaging.chat import Bubble

MOST = 6_000  # pieces in each process, of one or two kilobytes
SETTLED = {Status.SENT, Status.DELIVERED, Status.RECEIVED, Status.UNCONFIRMED}  # offer no form

_kept: dict[Hashable, SafeString] = {}


def draw(template: str, facts: Hashable, context: dict[str, Any]) -> SafeString:
    """The template with this context, of which `facts` is all that the template shows."""
    key = (template, facts)
    found = _kept.get(key)
    if found is None:
        found = render_to_string(template, context)
        if settings.DEBUG:
            return found
        if len(_kept) >= MOST:  # the oldest half
            for old in list(_kept)[: MOST // 2]:
                _kept.pop(old, None)
        _kept[key] = found
    return found


def entry(row: Comment, user: Any, zone: tzinfo) -> SafeString | None:
    """An entry of a timeline, in the reader's zone; None if it has to be drawn anew each time."""
    if row.kind == row.Kind.TRACK:
        return _track(row, zone)
    own = row.kind == row.Kind.COMMENT and row.author_id == user.pk and may(user, Right.EDIT)
    change = tuple(str(part) for part in row.details)
    facts = (row.pk, row.kind, row.body, change, *_when(row, zone), wording.person(row.author), own)
    return draw("contacts/_entry.html", facts, {"entry": row, "user": user, "may": granted(user)})


def bubble(b: Bubble, *, fresh: bool = False) -> SafeString | None:
    """A bubble of a conversation; None if it has to be drawn anew each time."""
    if b.waiting or b.again:
        return None
    return draw("messaging/_bubble.html", (b, fresh), {"b": b, "fresh": fresh, "oob": ""})


def _track(row: Comment, zone: tzinfo) -> SafeString | None:
    message = row.track.message
    if message.status not in SETTLED or getattr(row, "also", None):  # a form to move it
        return None
    elsewhere, reply = getattr(row, "elsewhere", None), getattr(row, "reply", None)
    facts = (
        *(message.pk, message.status, message.updated_at, message.text, message.phone),
        *(message.sent_at, message.settled_at, message.reason, message.detail, message.called_at),
        *(wording.author(message), wording.correspondent(message), message.number.label),
        elsewhere and (elsewhere.get_absolute_url(), str(elsewhere)),
        reply and (reply.pk, reply.text),
        *_when(row, zone),
    )
    return draw("messaging/_track.html", facts, {"entry": row})


def _when(row: Comment, zone: tzinfo) -> tuple[Hashable, ...]:
    return row.created_at, row.edited_at, str(zone)
