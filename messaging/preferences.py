"""What one member of the team chose, and what holds where they chose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from messaging.models import Preference


def undo_window(user: Any) -> timedelta:
    """How long a text this person sends from a screen can be taken back; 0 is allowed."""
    chosen = _of(user)
    if chosen is None or chosen.undo_seconds is None:
        return timedelta(seconds=settings.UNDO_SECONDS)
    return timedelta(seconds=chosen.undo_seconds)


def _of(user: Any) -> Preference | None:
    return Preference.objects.filter(user=user).first() if user else None
