"""
`make load`: exits with 1 unless every request was answered well and every text left once.

    python -m tests.load --people 50 --seconds 60 --webhooks 20 --broadcast 5000
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from typing import Any

from tests.bench.stack import STACKS, Stack, available, stack
from tests.load.judge import Verdict, judge, table

STACK = STACKS[1]
REDIS = "redis://127.0.0.1:6379/12"
PAUSE_MS = 50
MOST_SECONDS, MOST_PEOPLE = 180, 200  # the installation's parts end by themselves after 300 s


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.load")
    for name, default in {"people": 50, "seconds": 60, "webhooks": 20, "broadcast": 5000}.items():
        asked.add_argument(f"--{name}", type=int, default=default)
    given = asked.parse_args(words)
    given.seconds, given.people = min(given.seconds, MOST_SECONDS), min(given.people, MOST_PEOPLE)
    if why := available(STACK):
        print(f"{STACK}: {why}")
        return 1
    with stack(STACK, pause_ms=PAUSE_MS, redis=REDIS) as made:
        outcome = _run(made, given)
    told, rows = outcome["day"], outcome["rows"]
    arrived = [(phone, text) for phone, text in told["arrived"]]
    verdict = judge(told["typed"], rows, arrived, told["errors"])
    print("\n".join(_lines(given, told, rows, verdict)))
    return 0 if verdict.is_good else 1


def _run(made: Stack, given: argparse.Namespace) -> dict[str, Any]:
    """The day, and what the database has in the evening."""
    made.environment["BROADCAST_RATE"] = str(1.25 * given.broadcast / given.seconds)
    crowd = ("--contacts", given.broadcast, "--messages", given.broadcast, "--thread", 100)
    made.manage("-m", "tests.bench.crowd", *map(str, crowd))
    made.manage("-m", "tests.load.rows", "people", str(given.people))
    made.start("web")
    made.start("cluster")
    made.manage("-m", "tests.load.rows", "broadcast")
    plan = {
        "url": made.url,
        "stub": made.stub_url,
        "webhook": f"{made.url}/webhooks/d7/{made.environment['WEBHOOK_TOKEN']}/",
        "contacts": given.broadcast,
        **{name: getattr(given, name) for name in ("people", "seconds", "webhooks")},
    }
    day = json.loads(made.manage("-m", "tests.load.day", json.dumps(plan)))
    return {"day": day, "rows": json.loads(made.manage("-m", "tests.load.rows", "texts"))}


def _lines(
    given: argparse.Namespace, told: dict[str, Any], rows: list[Any], verdict: Verdict
) -> list[str]:
    of_broadcast = sum(row[3] == "broadcast" for row in rows)
    wrong = [*verdict.errors, *verdict.lost, *verdict.doubled, *verdict.unresolved]
    counts = ("errors", "lost", "doubled", "unresolved")
    return [
        f"{STACK}; Python {platform.python_version()}, {platform.machine()}",
        f"{given.people} people for {given.seconds} s, {given.webhooks} webhooks a second",
        *table(told["times"], told["failed"]),
        f"texts to leave: {len(rows):,}; typed {len(told['typed']):,}, broadcast {of_broadcast:,}",
        f"texts at the gateway: {len(told['arrived']):,}",
        ", ".join(f"{name} {len(getattr(verdict, name))}" for name in counts),
        *wrong[:20],
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
