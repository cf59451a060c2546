"""What one member of the team chose, and what holds where they chose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

from messaging.models import Number, Preference


def undo_window(user: Any) -> timedelta:
    """How long a text this person sends from a screen can be taken back; 0 is allowed."""
    chosen = of(user)
    if chosen is None or chosen.undo_seconds is None:
        return timedelta(seconds=settings.UNDO_SECONDS)
    return timedelta(seconds=chosen.undo_seconds)


def number(user: Any) -> Number | None:
    """The number this person usually sends from, if they chose one that is in use."""
    chosen = of(user)
    found = chosen.number if chosen and chosen.number_id else None
    return found if found and found.active else None


def time_zone(user: Any) -> str | None:
    """The zone in which this person reads times; None is the installation's."""
    chosen = of(user)
    return (chosen and chosen.time_zone) or None


def of(user: Any) -> Preference | None:
    """Their row, if they ever changed anything. Strangers and machines have none."""
    if not user or not user.is_authenticated:
        return None
    try:
        found: Preference = user.preference
    except ObjectDoesNotExist:
        return None
    return found
