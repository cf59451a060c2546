"""What contacts need of us for what takes a while: a worker."""

from __future__ import annotations

from typing import Any

from contacts import bulk, duplicates
from contacts.models import BulkAction
from messaging import queue

BULK, DUPLICATES = "contacts.bulk.work", "contacts.duplicates.work"


def listen() -> None:
    bulk.work_waits.connect(_call_bulk, dispatch_uid="messaging.background")
    duplicates.work_waits.connect(_call_duplicates, dispatch_uid="messaging.background")


def call_for_work() -> None:
    """Once a minute: a call that was lost, or a worker that died, is made good."""
    if BulkAction.objects.at_work().exists():
        queue.call(BULK)
    duplicates.begin_if_old()


def _call_duplicates(**_: Any) -> None:
    queue.call(DUPLICATES)


def _call_bulk(**_: Any) -> None:
    queue.call(BULK)
