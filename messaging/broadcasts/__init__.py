"""
One text to many. `prepare` writes out who gets what, `queueing` makes messages of it, `control` is
what people press, `progress` what they see. A worker calls `work`; the rows say what is left, so a
crash at any moment loses nothing and doubles nothing.
"""

from messaging.broadcasts.approval import needs_approval
from messaging.broadcasts.control import (
    CHANGEABLE,
    CannotStart,
    approve,
    as_asked,
    asked_at,
    hand_in,
    hold_to_change,
    pause,
    prepare_again,
    resume,
    retry_failed,
    start,
    stop,
    withdraw,
)
from messaging.broadcasts.pricing import Estimate, estimate
from messaging.broadcasts.progress import Progress, progress
from messaging.broadcasts.work import call_for_work, work

__all__ = [
    "CHANGEABLE",
    "CannotStart",
    "Estimate",
    "Progress",
    "approve",
    "as_asked",
    "asked_at",
    "call_for_work",
    "estimate",
    "hand_in",
    "hold_to_change",
    "needs_approval",
    "pause",
    "prepare_again",
    "progress",
    "resume",
    "retry_failed",
    "start",
    "stop",
    "withdraw",
    "work",
]
