"""What people who read wait, while a worker writes out and queues a broadcast to 100,000."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import requests

from tests.bench.figures import p95, timed, told, verdict
from tests.bench.latency import sign_in
from tests.bench.stack import Stack

PAGES = ("/contacts/2/", "/inbox/", "/contacts/", "/communications/")
QUIET, PAUSE = 200, 0.05  # pages that are asked before, and seconds between two
MOST_TIMES, LONGEST = 2, 200  # of the p95 before; seconds


def run(made: Stack, tag: str) -> Iterator[str]:
    """One line per figure. tag: who gets it, in a database that has web and cluster running."""
    browser, _ = sign_in(made)
    api = _api(made)
    pages = cycle(f"{made.url}{path}" for path in PAGES)

    def ask() -> float:
        time.sleep(PAUSE)
        return timed(lambda: browser.get(next(pages), timeout=60).raise_for_status())

    for _ in range(20):
        ask()
    quiet = [ask() for _ in range(QUIET)]
    yield f"{'pages, nothing else to do':28} {told(quiet)}"
    asked = {"name": "Meanwhile", "text": "Hi {first_name|there}", "tags": [tag]}
    made_one = api("post", "", json=asked)["id"]
    yield _against(quiet, "while it is written out", _until(api, made_one, "ready", ask))
    api("post", f"/{made_one}/start", json={})
    yield _against(quiet, "while it is queued", _until(api, made_one, "queued", ask))


def _api(made: Stack) -> Callable[..., dict[str, Any]]:
    token = made.manage("manage.py", "create_token", "bench").split()[-1]
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"

    def call(method: str, path: str, **more: Any) -> dict[str, Any]:
        address = f"{made.url}/api/v1/broadcasts{path}"
        response = session.request(method, address, timeout=60, **more)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found

    return call


def _until(
    api: Callable[..., dict[str, Any]], pk: int, state: str, ask: Callable[[], float]
) -> list[float]:
    """What each page took until the broadcast is there; asked for that once a second."""
    times: list[float] = []
    end = time.monotonic() + LONGEST
    while api("get", f"/{pk}")["state"] != state:
        if time.monotonic() > end:
            raise RuntimeError(f"The broadcast is not {state} after {LONGEST} seconds.")
        second = time.monotonic() + 1
        while time.monotonic() < second:
            times.append(ask())
    return times


def _against(quiet: list[float], what: str, times: list[float]) -> str:
    ratio = p95(times) / p95(quiet)
    return (
        f"{'pages ' + what:28} {told(times)} {ratio:5.1f}×  (limit p95 {MOST_TIMES}×)  "
        + verdict(ratio <= MOST_TIMES)
    )
