"""
Telling what happened: claim a few, post them on threads, write down what became of them.

The row is the queue. Claiming moves its next try ahead, so that a crash only costs time; somebody
may hear the same twice, with the same id. Each address has a few connections of its own; one that
keeps failing rests. Only one process delivers at a time: the others send texts.
"""

from __future__ import annotations

import queue as queues
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from messaging import fence, queue
from messaging.hooks import payloads
from messaging.hooks.post import Answer, post
from messaging.models import Courier, Delivery, Hook
from messaging.models.hook import AT_ONCE, RESTS_AFTER

TASK = "messaging.tasks.webhooks"
AT_A_TIME = 6  # requests under way to one address
CONNECTIONS = 24
LONGEST = 12.0  # seconds; with a deadline and a slow name server well under a task's timeout
TURN = timedelta(seconds=70)
LEASE = timedelta(seconds=90)
KEEP_TRYING = timedelta(days=3)
MINUTES = (1, 5, 15, 30, 60, 120, 240, 480, 720)  # between tries, and then the last again
LONGEST_REST = timedelta(minutes=30)
GONE = 410
Waiting = Delivery.State.WAITING


@dataclass(frozen=True, slots=True)
class _Result:
    news: Delivery
    answer: Answer


def deliver(*, seconds: float = LONGEST) -> int:
    """Tell what is due, for about so long; how many requests were made."""
    if fence.is_locked() or not _take_turn():
        return 0
    try:
        done = _deliver(time.monotonic() + seconds)
    finally:
        Courier.objects.update(busy_until=AT_ONCE)
    if anything_due():  # also what came while we were closing
        queue.call(TASK)
    return done


def _take_turn() -> bool:
    now = timezone.now()
    Courier.objects.get_or_create(pk=1)
    return bool(Courier.objects.filter(pk=1, busy_until__lte=now).update(busy_until=now + TURN))


def anything_due() -> bool:
    """Whether somebody can be told something now."""
    return any(Delivery.objects.filter(hook=hook).due().exists() for hook in _listening())


def _deliver(end: float) -> int:
    results: queues.SimpleQueue[_Result] = queues.SimpleQueue()
    under_way: Counter[int | None] = Counter()
    done = 0
    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="webhooks") as threads:
        while True:
            if time.monotonic() < end:
                for news in _claim_all(under_way):
                    under_way[news.hook_id] += 1
                    threads.submit(_send, news, results)
            if not under_way.total():
                return done
            batch = _collect(results)
            under_way.subtract(Counter(one.news.hook_id for one in batch))
            _record(batch)
            done += len(batch)


def _send(news: Delivery, results: queues.SimpleQueue[_Result]) -> None:
    """On a thread, which leaves the database alone."""
    try:
        method, url, headers, body = payloads.request(news, news.hook)
        allow = settings.WEBHOOK_ALLOW_PRIVATE
        answer = post(url, body=body, headers=headers, method=method, allow_private=allow)
    except payloads.Unsigned as error:
        answer = Answer(None, "", 0, str(error))
    except Exception as error:  # noqa: BLE001 (a bug of ours: it is shown, and tried again)
        answer = Answer(None, "", 0, f"Could not be sent: {type(error).__name__}.")
    results.put(_Result(news, answer))


def _collect(results: queues.SimpleQueue[_Result]) -> list[_Result]:
    batch = [results.get()]
    while not results.empty():
        batch.append(results.get())
    return batch


def _listening() -> list[Hook | None]:
    """Who can be told now; None stands for the addresses of single texts."""
    return [None, *Hook.objects.awake()]


def _claim_all(under_way: Counter[int | None]) -> list[Delivery]:
    found: list[Delivery] = []
    for hook in _listening():
        room = AT_A_TIME - under_way[hook.pk if hook else None]
        if room > 0 and Delivery.objects.filter(hook=hook).due().exists():
            found += _claim(hook, room)
    return found


@transaction.atomic
def _claim(hook: Hook | None, room: int) -> list[Delivery]:
    now = timezone.now()
    rows = Delivery.objects.filter(hook=hook).due(now)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    claimed = []
    for news in rows[:room]:
        news.hook = hook
        if not payloads.put_into_words(news):
            news.delete()
            continue
        news.tries, news.try_at = min(news.tries + 1, 1000), now + LEASE
        news.give_up_at = news.give_up_at or now + KEEP_TRYING
        claimed.append(news)
    Delivery.objects.bulk_update(claimed, ["uid", "body", "tries", "try_at", "give_up_at"])
    return claimed


@transaction.atomic
def _record(batch: list[_Result]) -> None:
    now = timezone.now()
    for one in sorted(batch, key=lambda result: result.news.pk):
        news, answer = one.news, one.answer
        mine = Delivery.objects.filter(pk=news.pk, tries=news.tries, state=Waiting)
        mine.update(
            **_outcome(news, answer, now),
            http_status=answer.status,
            response=answer.text,
            problem=answer.problem[:300],
            elapsed_ms=answer.elapsed_ms,
            tried_at=now,
        )
        if news.hook_id:
            _look_after(Hook.objects.filter(pk=news.hook_id), answer, now)


def _outcome(news: Delivery, answer: Answer, now: datetime) -> dict[str, Any]:
    if answer.ok:
        return {"state": Delivery.State.DELIVERED}
    minutes = MINUTES[min(news.tries, len(MINUTES)) - 1]
    again_at = now + timedelta(minutes=minutes * random.uniform(1, 1.2))  # noqa: S311
    if news.give_up_at and again_at > news.give_up_at:
        return {"state": Delivery.State.FAILED}
    return {"try_at": again_at}


def _look_after(hook: Any, answer: Answer, now: datetime) -> None:
    """An address that keeps failing rests a while, longer each time; one that is gone is paused."""
    if answer.ok:
        failed = hook.exclude(failures=0)
        failed.update(failures=0, failing_since=None, rest_until=None)
        return
    hook.filter(failing_since=None).update(failing_since=now)
    hook.update(failures=F("failures") + 1)
    if answer.status == GONE:
        hook.update(active=False)
    for failures in hook.filter(failures__gte=RESTS_AFTER).values_list("failures", flat=True):
        rest = timedelta(minutes=2 ** min(failures - RESTS_AFTER, 10))
        hook.update(rest_until=now + min(rest, LONGEST_REST))
