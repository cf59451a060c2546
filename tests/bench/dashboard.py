"""The dashboard over a million texts, beside an empty view of the same run; and what it costs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.bench.figures import p95, told
from tests.bench.stack import stack

TEXTS = int(os.environ.get("BENCH_TEXTS", "1000000"))
DAYS, ASKED = 180, 40
LIMIT = 100  # ms


def run(name: str) -> list[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    with stack(name, pause_ms=0) as made:
        told = made.manage("-m", "tests.bench.dashboard", str(TEXTS))
    return told.strip().splitlines()


def measure(texts: int) -> list[str]:
    """Fill this process's own database, rebuild, and ask for the page."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from messaging import figures
    from messaging.figures.keeping import _zone, count
    from tests.bench.texts import fill

    filled = _seconds(lambda: fill(texts, DAYS))
    rebuilt = _seconds(figures.rebuild)
    swept = _seconds(figures.fold)
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(User.objects.get(username="bench"))
    empty = _asked(browser, "/empty/")
    pages = {days: _asked(browser, f"/dashboard/?days={days}") for days in (7, 14, 30, 90)}
    today = timezone.localdate()
    scanned = _seconds(lambda: count(today, _zone()))
    slowest = max(p95(times) for times in pages.values())
    return [
        f"{texts:,} texts of {DAYS} days: written in {filled:.0f} s, counted in {rebuilt:.1f} s",
        f"a sweep afterwards         {swept * 1000:6.0f} ms, of it today {scanned * 1000:.0f} ms",
        f"an empty view              {told(empty)}",
        *[
            f"the page of {days:2} days        {told(times)} {median(times) / median(empty):5.1f}×"
            for days, times in pages.items()
        ],
        f"the slowest of them        p95 {slowest:6.1f} ms  (limit {LIMIT} ms)  "
        + ("held" if slowest <= LIMIT else "MISSED"),
    ]


def _asked(browser: Any, url: str) -> list[float]:
    """Milliseconds of each answer, after the first few."""
    times = []
    for _ in range(ASKED):
        start = time.perf_counter()
        answer = browser.get(url)
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} was answered {answer.status_code}.")
    return times[4:]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()
    print(*measure(int(sys.argv[1])), sep="\n")
