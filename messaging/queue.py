"""
The doorbell, and with `broker` all that knows django-q2.

A ring may be lost, doubled or late; nothing depends on it, for the Message row is the queue.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django_q.brokers import Broker, get_broker
from django_q.brokers.orm import ORM
from django_q.models import Schedule
from django_q.signals import post_spawn
from django_q.tasks import async_task
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

DRAIN = "messaging.tasks.drain"
HELP = "messaging.tasks.help_out"
SWEEP = "messaging.tasks.sweep"
ENOUGH_RINGS = 2


def ring() -> None:
    """
    Wake the outbox once the current transaction has committed, and once for all it stores.

    A broker in the same database joins the transaction, which saves a commit of its own; any
    other would ring for what is not there yet, or never will be.
    """
    if _has_rung():
        return
    transaction.on_commit(_rung if _joins_transaction() else _ring)
    if _joins_transaction() and _is_wanted():
        async_task(DRAIN, broker=broker())


def call(task: str) -> None:
    """Have a worker run this task (its dotted name) once the current transaction has committed."""
    transaction.on_commit(partial(_call, task))


def _call(task: str, wanted: Callable[[], bool] = lambda: True) -> None:
    try:
        if wanted():
            async_task(task, broker=broker())
    except (RedisError, DatabaseError) as error:
        log.warning("The queue cannot be reached, the sweep will call instead: %s", error)


def _joins_transaction() -> bool:
    return isinstance(broker(), ORM) and connection.in_atomic_block


def _has_rung() -> bool:
    """Kept with the transaction's own callbacks, so that a rollback forgets it too."""
    return any(entry[1] in {_ring, _rung} for entry in connection.run_on_commit)


def _is_wanted() -> bool:
    """
    A drain that has yet to start will see this text too: two are enough. More would pile up
    behind long drains as long as texts keep coming, and the sweep behind them.
    """
    return bool(broker().queue_size() < ENOUGH_RINGS)


def _rung() -> None:
    """Nothing left to do on commit: the ring was stored with what it rings for."""


def _ring() -> None:
    _call(DRAIN, wanted=_is_wanted)


@cache
def broker() -> Broker:
    """
    Where rings wait: in Redis, or in a table.

    Kept, because a new one opens a new pool of connections on every ring.
    """
    return get_broker()


def must_answer() -> None:
    """For a worker that starts. Raises ImproperlyConfigured with one sentence."""
    try:
        broker().queue_size()
    except RedisError as error:
        words = f"Redis does not answer, check REDIS_URL: {error} A worker starts once it does; "
        raise ImproperlyConfigured(
            f"{words}meanwhile `manage.py outbox --loop` sends what is due."
        ) from error


def ensure_schedule(**_: Any) -> None:
    """The sweep runs each minute. Malformed schedules would stop all: there is only this one."""
    Schedule.objects.update_or_create(
        name="sweep", defaults={"func": SWEEP, "schedule_type": Schedule.MINUTES, "minutes": 1}
    )


def listen() -> None:
    """A worker that starts looks at once for what waited while no worker ran."""
    post_spawn.connect(_on_spawn, dispatch_uid="messaging.queue")


def _on_spawn(**_: Any) -> None:
    _ring()
