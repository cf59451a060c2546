"""Three-line doors for the queue. Their dotted names are stored: keep them."""

from messaging import outbox


def drain() -> int:
    return outbox.drain()


def sweep() -> None:
    outbox.sweep()
    outbox.drain()
