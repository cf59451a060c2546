"""
A large installation: search, pages, a contact's page and what an idle one costs.

The data takes some minutes. To measure again, fill a database once (`python -m tests.bench.crowd`)
and name it: BENCH_FILLED=sqlite:////… or postgres://…; it is used as it is, and kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

import requests

from tests.bench.figures import p95, timed, told, verdict
from tests.bench.latency import sign_in
from tests.bench.stack import Stack, family, stack

SIZES = {
    "contacts": os.environ.get("BENCH_CONTACTS", "1000000"),
    "messages": os.environ.get("BENCH_MESSAGES", "1000000"),
    "thread": os.environ.get("BENCH_THREAD", "100000"),
}
ASKED, IDLE_SECONDS = 60, 20
MOST_TIMES, MOST_LONGER, MOST_CORE, MOST_PSS = 6, 1.2, 0.04, 350


def run(name: str) -> Iterator[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    filled = os.environ.get("BENCH_FILLED", "")
    fits = filled.startswith("sqlite") == name.startswith("SQLite")
    with stack(name, pause_ms=0, filled=filled if filled and fits else "") as made:
        if not made.filled:
            words = [word for size, count in SIZES.items() for word in (f"--{size}", count)]
            took = timed(lambda: made.manage("-m", "tests.bench.crowd", *words))
            yield f"{SIZES['contacts']} contacts, {SIZES['messages']} texts in {took / 1000:.0f} s"
        yield from made.manage("-m", "tests.bench.rows").strip().splitlines()
        made.start("web")
        made.start("cluster")
        yield from _contact_page(made)
        yield from _idle(made)


def _contact_page(made: Stack) -> Iterator[str]:
    """Contact 3 has a timeline of fifty entries; contact 1 every tenth text, contact 2 ten."""
    browser, _ = sign_in(made)
    paths = ["/empty/", "/contacts/3/", "/contacts/1/", "/contacts/2/"]
    ask = [partial(_get, browser, f"{made.url}{path}") for path in paths]
    for _ in range(8):
        for one in ask:
            one()
    # In turn, so that a busy moment of the machine is the same for all four.
    rounds = [[timed(one) for one in ask] for _ in range(ASKED)]
    empty, fifty, long, short = (list(times) for times in zip(*rounds, strict=True))
    times, longer = p95(fifty) / p95(empty), median(long) / median(short)
    yield f"an empty view                {told(empty)}"
    yield (
        f"a contact with 50 entries    {told(fifty)} {times:5.1f}×  (limit p95 {MOST_TIMES}×)  "
        + verdict(times <= MOST_TIMES)
    )
    yield f"a contact with ten texts     {told(short)}"
    yield (
        f"the one with the most texts  {told(long)} {longer:5.1f}×  (limit {MOST_LONGER}×)  "
        + verdict(longer <= MOST_LONGER)
    )


def _get(browser: requests.Session, url: str) -> None:
    browser.get(url, timeout=60).raise_for_status()


def _idle(made: Stack) -> Iterator[str]:
    time.sleep(12)  # the outbox stops lingering
    before, start = _cpu(made), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    core = (_cpu(made) - before) / (time.perf_counter() - start)
    pss = sum(_pss(pid) for what in ("web", "cluster") for pid in family(made.processes[what].pid))
    yield f"idle, web and cluster        {core:.1%} of a core  (limit 4%)  " + verdict(
        core <= MOST_CORE
    )
    yield f"their memory                 {pss:.0f} MB PSS  (limit {MOST_PSS} MB)  " + verdict(
        pss <= MOST_PSS
    )


def _cpu(made: Stack) -> float:
    return made.cpu_seconds("web") + made.cpu_seconds("cluster")


def _pss(pid: int) -> float:
    """Megabytes, what is shared counted in shares."""
    facts = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in facts if line.startswith("Pss:")) / 1024
