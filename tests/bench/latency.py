"""From pressing Post on an `sms:` comment to the request reaching the gateway; and idle cost."""

from __future__ import annotations

import re
import time
from statistics import median

import requests

from tests.bench.figures import p95, timed, verdict
from tests.bench.stack import Stack, stack

TEXTS, PAUSE_MS = 60, 50
LIMITS = {"SQLite, ORM broker": 120, "PostgreSQL, Redis": 40}  # ms, p95
IDLE_SECONDS = 15
PAUSE = 0.25  # s; the cluster goes back to sleep


def run(name: str) -> list[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    with stack(name, pause_ms=PAUSE_MS) as made:
        made.manage("-m", "tests.bench.load", "people", "1")
        made.start("web")
        made.start("cluster")
        time.sleep(4)
        browser, token = sign_in(made)
        empty, answers, ways = _post(made, browser, token, {})
        _, partials, _ = _post(made, browser, token, {"HX-Request": "true"})
        idle = _idle(made)
    limit, way, ratio = LIMITS[name], p95(ways), median(answers) / median(empty)
    return [
        (
            f"Post to gateway              p50 {median(ways):6.0f} ms  p95 {way:6.0f} ms"
            f"  (limit p95 {limit} ms)  {verdict(way <= limit)}"
        ),
        f"an empty view                p50 {median(empty):6.1f} ms",
        (
            f"the POST's own answer        p50 {median(answers):6.1f} ms  {ratio:4.1f}×"
            f"  (limit 4×)  {verdict(ratio <= 4)}"
        ),
        (
            f"the same with the timeline   p50 {median(partials):6.1f} ms"
            f"  {median(partials) / median(empty):4.1f}×"
        ),
        f"cluster, idle                {idle:6.1%} of a core  (limit 3%)  {verdict(idle <= 0.03)}",
    ]


def sign_in(made: Stack) -> tuple[requests.Session, str]:
    browser = requests.Session()
    browser.trust_env = False
    form = browser.get(f"{made.url}/login/", timeout=10).text
    data = {
        "username": "bench",
        "password": "bench-pass-phrase",
        "csrfmiddlewaretoken": _csrf(form),
    }
    browser.post(f"{made.url}/login/", data=data, timeout=10).raise_for_status()
    return browser, _csrf(browser.get(f"{made.url}/contacts/1/", timeout=10).text)


def _csrf(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not found:
        raise RuntimeError("No form on the page.")
    return found[1]


def _post(
    made: Stack, browser: requests.Session, token: str, headers: dict[str, str]
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each empty view, of each answer, and of each way from click to gateway.

    One empty view before each text, asked after the same pause: a server that has just slept
    answers anything later than one that is asked in a row, and a busy machine slows both.
    """
    made.stub_log()
    empty, answers, pressed = [], [], []
    for n in range(TEXTS):
        empty.append(
            timed(lambda: browser.get(f"{made.url}/empty/", timeout=10).raise_for_status())
        )
        time.sleep(PAUSE)
        data = {"body": f"sms: Text {n}", "csrfmiddlewaretoken": token}
        at, start = time.time(), time.perf_counter()
        answer = browser.post(
            f"{made.url}/contacts/1/", data=data, headers=headers, timeout=10, allow_redirects=False
        )
        answers.append((time.perf_counter() - start) * 1000)
        pressed.append(at)
        if answer.status_code not in {200, 302}:
            raise RuntimeError(f"The comment was answered {answer.status_code}.")
        time.sleep(PAUSE)
    time.sleep(1)
    arrivals = sorted(at for at, _ in made.stub_log())
    if len(arrivals) != TEXTS:
        raise RuntimeError(f"{len(arrivals)} of {TEXTS} texts arrived.")
    ways = [(came - at) * 1000 for at, came in zip(pressed, arrivals, strict=True)]
    return empty, answers, ways


def _idle(made: Stack) -> float:
    time.sleep(10)  # the outbox stops lingering
    before, start = made.cpu_seconds("cluster"), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    return (made.cpu_seconds("cluster") - before) / (time.perf_counter() - start)
