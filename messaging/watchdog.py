"""
Ends a cluster that froze, so that its supervisor starts it anew.

A worker that is killed while it waits takes the lock of django-q2's queue with it: all others wait
for ever, and the log looks healthy (docs/promise.md). The cluster's first process sees that by the
heartbeat, which comes through the whole queue, and kills its own process group.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time

from django.db import DatabaseError, connection

from messaging import health

log = logging.getLogger(__name__)

LOOK_EVERY = 75.0  # seconds: a sweep is due in between
LOOKS = 2  # in a row, for a database that was away makes the heartbeat old as well


def start() -> None:
    """For the first process of a cluster, before it forks."""
    threading.Thread(target=_watch, name="watchdog", daemon=True).start()


def _watch() -> None:
    began, frozen = time.monotonic(), 0
    while frozen < LOOKS:
        time.sleep(LOOK_EVERY)
        had_time = time.monotonic() - began > health.HEARTBEAT_MAX.total_seconds()
        frozen = frozen + 1 if had_time and _is_frozen() else 0
    log.error("The cluster is frozen: no heartbeat came through its queue. It ends, to start anew")
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)  # whoever started us in a group of his own has to end the others


def _is_frozen() -> bool:
    try:
        return not health.is_beating()
    except DatabaseError as error:
        log.warning("Nobody knows whether the cluster is well: %s", error)
        return False
    finally:
        connection.close()
