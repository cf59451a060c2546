"""Short doors for the queue. Their dotted names are stored: keep them."""

from messaging import (
    background,
    currencies,
    fence,
    figures,
    health,
    imports,
    inbox,
    outbox,
    recurring,
    tidying,
)
from messaging import broadcasts as many
from messaging.hooks import bell, delivering, keeping
from messaging.mail import letters as mailing
from messaging.signing_in import recovering


def drain() -> int:
    done = outbox.drain()
    bell.ring()
    return done


def help_out() -> int:
    done = outbox.help_out()
    bell.ring()
    return done


def webhooks() -> int:
    return delivering.deliver()


def broadcasts() -> int:
    return many.work()


def letters() -> int:
    return recovering.write_letters() + mailing.write()


def sweep() -> None:
    """Once a minute, by the queue's own schedule: that it runs at all is the heartbeat."""
    health.beat()
    fence.advance()
    outbox.sweep()
    inbox.apply_waiting()
    recurring.run_due()
    many.call_for_work()
    imports.call_for_work()
    background.call_for_work()
    outbox.drain()
    keeping.sweep()
    figures.fold()  # last: sending never waits for it
    recovering.write_letters()
    mailing.call_for_work()
    currencies.learn()
    tidying.tidy_at_night()
