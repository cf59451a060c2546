"""Short doors for the queue. Their dotted names are stored: keep them."""

from messaging import fence, figures, health, inbox, outbox


def drain() -> int:
    return outbox.drain()


def sweep() -> None:
    """Once a minute, by the queue's own schedule: that it runs at all is the heartbeat."""
    health.beat()
    fence.advance()
    outbox.sweep()
    inbox.apply_waiting()
    outbox.drain()
    figures.fold()  # last: sending never waits for it
