"""
Whether a second person has to say yes. What one person started within a day in much the same words
counts together: a list that is cut in pieces is as large as it was whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from messaging.models import Broadcast, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TOGETHER = timedelta(hours=24)
ALIKE = 0.5  # of the words of the shorter text, how many the other has too
_FIELD = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"\w+")


def needs_approval(broadcast: Broadcast, by: User | None = None) -> bool:
    """
    Whether it goes to more than BROADCAST_APPROVAL people (0: never), with what its author, or
    `by` who starts it, sent lately in like words.
    """
    return bool(settings.BROADCAST_APPROVAL) and _passes(broadcast, by)


def _passes(broadcast: Broadcast, by: User | None) -> bool:
    """Counts no further than to one too many."""
    left = settings.BROADCAST_APPROVAL
    for recipients in _counted(broadcast, by):
        left -= len(recipients.values("pk")[: left + 1])
        if left < 0:
            return True
    return False


def take_turns(broadcast: Broadcast, by: User | None) -> None:
    """Until this transaction ends, the same person starts no other that would not be counted."""
    rows = get_user_model()._default_manager.filter(pk__in=_people(broadcast, by))
    list(rows.select_for_update(no_key=True).order_by("pk"))


def _counted(broadcast: Broadcast, by: User | None) -> Iterator[Any]:
    yield broadcast.recipients.to_queue()
    for other in _lately(broadcast, by):
        if are_alike(broadcast.text, other.text):
            rows = other.recipients.filter(problem="").exclude(message__status=Status.CANCELLED)
            stopped = other.state == Broadcast.State.STOPPED
            yield rows.exclude(message=None) if stopped else rows


def _people(broadcast: Broadcast, by: User | None) -> list[int]:
    return [pk for pk in (broadcast.author_id, by.pk if by else None) if pk]


def _lately(broadcast: Broadcast, by: User | None) -> Any:
    """What those two started. A second person has seen what was approved, or will what waits."""
    people = _people(broadcast, by)
    theirs = Q(author__in=people) | Q(started_by__in=people)
    rows = Broadcast.objects.filter(theirs, started_at__gt=timezone.now() - TOGETHER)
    seen = Q(approved_by__isnull=False) | Q(state=Broadcast.State.WAITING)
    return rows.exclude(seen).exclude(pk=broadcast.pk)


def are_alike(one: str, other: str) -> bool:
    """Whether two texts share most of their words, whatever the fields, order and punctuation."""
    short, long = sorted([_words(one), _words(other)], key=len)
    return one == other or len(short & long) > ALIKE * len(short)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(_FIELD.sub(" ", text).casefold()))
