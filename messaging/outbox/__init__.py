"""
The way out. `enqueue` stores a message, `drain` sends what is due, `sweep` tidies up.

The row is the queue. Nothing is sent that was not claimed and committed first, and a message
whose fate is unknown is never sent again by itself (docs/promise.md).
"""

from messaging.outbox.cancel import cancel
from messaging.outbox.drain import drain
from messaging.outbox.enqueue import CannotSend, checked_text, enqueue, send_again
from messaging.outbox.pause import resume
from messaging.outbox.reconcile import mark_arrived, send_anyway
from messaging.outbox.sweep import sweep

__all__ = [
    "CannotSend",
    "cancel",
    "checked_text",
    "drain",
    "enqueue",
    "mark_arrived",
    "resume",
    "send_again",
    "send_anyway",
    "sweep",
]
