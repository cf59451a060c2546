"""
The way out. `enqueue` stores a message, `drain` sends what is due, `sweep` tidies up.

The row is the queue. Nothing is sent that was not claimed and committed first, and a message
whose fate is unknown is never sent again by itself (docs/promise.md).
"""

from messaging.outbox.cancel import cancel
from messaging.outbox.change import change
from messaging.outbox.drain import drain, help_out
from messaging.outbox.enqueue import (
    SHELF_LIFE,
    CannotSend,
    checked_text,
    enqueue,
    send_again,
    why_not,
)
from messaging.outbox.many import Draft, Stored, enqueue_many
from messaging.outbox.pause import resume
from messaging.outbox.reconcile import mark_arrived, send_anyway
from messaging.outbox.sweep import sweep

__all__ = [
    "SHELF_LIFE",
    "CannotSend",
    "Draft",
    "Stored",
    "cancel",
    "change",
    "checked_text",
    "drain",
    "enqueue",
    "enqueue_many",
    "help_out",
    "mark_arrived",
    "resume",
    "send_again",
    "send_anyway",
    "sweep",
    "why_not",
]
