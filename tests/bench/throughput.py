"""Texts per second through the real outbox, beside a bare loop of pooled requests threads."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.bench.stack import Stack, stack

MESSAGES, CONNECTIONS, PAUSE_MS = 2_500, 32, 50


def run(name: str) -> list[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    with stack(name, pause_ms=PAUSE_MS) as made:
        made.manage("-m", "tests.bench.load", "queue", str(MESSAGES))
        bare_rate, bare_cpu = _bare(made)
        made.stub_log()
        rate, cpu, asked = _outbox(made)
    share, cost = rate / bare_rate, cpu / bare_cpu
    return [
        f"bare loop                    {bare_rate:7.0f}/s  {bare_cpu * 1000:5.2f} ms CPU each",
        f"outbox, one cluster          {rate:7.0f}/s  {cpu * 1000:5.2f} ms CPU each",
        f"share of the bare loop       {share:7.0%}   (limit 90%)  {_verdict(share >= 0.9)}",
        f"CPU beside the bare loop     {cost:7.2f}×  (limit 1.4×) {_verdict(cost <= 1.4)}",
        f"database queries each        {asked:7.2f}   (limit 0.3)  {_verdict(asked <= 0.3)}",
    ]


def _bare(made: Stack) -> tuple[float, float]:
    """What these connections can do at all: messages a second, CPU seconds each."""
    local = threading.local()

    def post(n: int) -> None:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False
        local.session.post(
            f"{made.stub_url}/sms",
            json={"to": f"1212{n:07}", "text": f"Text {n}", "foreign_id": str(n)},
            headers={"X-Api-Key": "key", "Accept": "application/json"},
            timeout=10,
        ).json()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(post, range(CONNECTIONS * 4)))  # connect first
        cpu, start = time.process_time(), time.perf_counter()
        list(pool.map(post, range(MESSAGES)))
        took, used = time.perf_counter() - start, time.process_time() - cpu
    return MESSAGES / took, used / MESSAGES


def _outbox(made: Stack) -> tuple[float, float, float]:
    """Messages a second; CPU seconds and database queries each."""
    made.start("cluster")
    time.sleep(4)  # let it start and settle
    cpu = made.cpu_seconds("cluster")
    asked = made.queries()
    made.manage("-m", "tests.bench.load", "release")
    arrivals = _arrivals(made)
    time.sleep(1)
    used, asked = made.cpu_seconds("cluster") - cpu, made.queries() - asked
    # The first connections of each thread are part of the work, as they were warmed in the loop.
    took = arrivals[-1] - arrivals[0]
    return (len(arrivals) - 1) / took, used / len(arrivals), asked / len(arrivals)


def _arrivals(made: Stack, seconds: float = 90) -> list[float]:
    found: list[float] = []
    end = time.monotonic() + seconds
    while len(found) < MESSAGES and time.monotonic() < end:
        time.sleep(0.5)
        found += [at for at, _ in made.stub_log()]
    if len(found) != MESSAGES:
        raise RuntimeError(f"{len(found)} of {MESSAGES} texts arrived.")
    return sorted(found)


def _verdict(held: bool) -> str:
    return "held" if held else "MISSED"


if __name__ == "__main__":
    for stack_name in os.environ.get("STACKS", "SQLite, ORM broker").split("|"):
        print(stack_name, *run(stack_name), sep="\n  ")
