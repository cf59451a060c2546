"""Another process rings, and dies over a ring it took: a broker that only glances hears of both."""

import time

from tests.messaging.reliability import host

GLANCES = 20


def run(gateway):
    from django.conf import settings
    from django_q.conf import Conf
    from django_q.models import OrmQ

    from messaging.queue import broker

    host.clear()
    Conf.POLL = 0.005
    ours = broker()
    ours.dequeue()
    silent = [_queries(ours.dequeue) for _ in range(GLANCES)]
    host.wait(host.start(_ring))
    heard = ours.dequeue()
    # As if whoever took it had been killed: nobody writes when its time is over.
    OrmQ.objects.update(lock=_past())
    end, again = time.monotonic() + 10, None
    while not again and time.monotonic() < end:
        again = ours.dequeue()
    return {
        "glances": settings.IS_SQLITE,
        "silent": sum(silent),
        "heard": len(heard or []),
        "again": len(again or []),
    }


def _ring():
    from django_q.tasks import async_task

    async_task("messaging.tasks.drain")


def _past():
    from datetime import timedelta

    from django.utils import timezone

    return timezone.now() - timedelta(seconds=5)


def _queries(work):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)
