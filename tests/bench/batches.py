"""
A broadcast through D7's batches against a gateway that takes 50 ms, beside a bare loop of the same
requests: from the first claim until the last result is written down.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.bench.figures import verdict
from tests.bench.stack import Stack, stack
from tests.bench.words import FIRST

TEXTS, EACH, CONNECTIONS, PAUSE_MS = 20_000, 100, 4, 50
LIMITS = {"SQLite, ORM broker": 1_500, "PostgreSQL, Redis": 3_000}  # texts a second, at least
CROWD = ("--contacts", str(TEXTS), "--messages", "10", "--thread", "1")


def run(name: str) -> list[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    with stack(name, pause_ms=PAUSE_MS) as made:
        made.manage("-m", "tests.bench.crowd", *CROWD)
        made.manage("-m", "tests.bench.load", "broadcast")
        bare = _bare(made)
        made.stub_log()
        rate, posts, cpu, asked = _outbox(made)
    limit = LIMITS[name]
    return [
        f"bare loop of such requests   {bare:7.0f} texts/s",
        (
            f"a broadcast, one cluster     {rate:7.0f} texts/s  {rate / bare:.0%} of the bare loop"
            f"  (limit {limit}/s)  {verdict(rate >= limit)}"
        ),
        f"texts in a request           {TEXTS / posts:7.1f}",
        f"CPU of the cluster, a text   {cpu * 1000:7.2f} ms",
        f"database queries, a text     {asked:7.3f}",
    ]


def _bare(made: Stack) -> float:
    """What so many connections carry at all: texts a second."""
    local = threading.local()

    def post(n: int) -> None:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False
        local.session.post(
            f"{made.stub_url}/messages/v1/send",
            json=_body(n),
            headers={"Authorization": "Bearer token", "Accept": "application/json"},
            timeout=10,
        ).json()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(post, range(CONNECTIONS)))  # connect first
        start = time.perf_counter()
        list(pool.map(post, range(TEXTS // EACH)))
        return TEXTS / (time.perf_counter() - start)


def _body(n: int) -> dict[str, object]:
    """As many texts and as many different words as a request of the broadcast has."""
    items: dict[str, list[str]] = {}
    for place in range(n * EACH, (n + 1) * EACH):
        words = f"Hi {FIRST[place * 7919 % len(FIRST)]}, fresh today"
        items.setdefault(words, []).append(f"+1{2_120_000_000 + place}")
    kinds = {"channel": "sms", "msg_type": "text", "data_coding": "text"}
    messages = [{**kinds, "recipients": to, "content": words} for words, to in items.items()]
    return {"messages": messages, "message_globals": {"originator": "+12125550100", "tag": str(n)}}


def _outbox(made: Stack) -> tuple[float, int, float, float]:
    """Texts a second; requests; CPU seconds and database queries of each text."""
    asked = made.queries()
    made.start("cluster")
    end = time.monotonic() + 120
    done = 0
    while done < TEXTS and time.monotonic() < end:
        time.sleep(2)
        texts, done, posts, took = map(float, made.manage("-m", "tests.bench.load", "sent").split())
    if done != TEXTS or texts != TEXTS:
        raise RuntimeError(f"{done:.0f} of {texts:.0f} texts were sent.")
    cpu = made.cpu_seconds("cluster")
    arrived = sum(body.count("+1") for _, body in made.stub_log())
    if arrived < TEXTS:
        raise RuntimeError(f"{arrived} of {TEXTS} recipients arrived.")
    return TEXTS / took, int(posts), cpu / TEXTS, (made.queries() - asked) / TEXTS
