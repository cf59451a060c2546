"""One text to ten thousand and to a hundred thousand people."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import meanwhile
from tests.bench.stack import stack

CROWD = ("--contacts", "120000", "--messages", "20000", "--thread", "10")


def run(name: str) -> Iterator[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    with stack(name, pause_ms=0) as made:
        made.manage("-m", "tests.bench.crowd", *CROWD)
        yield from made.manage("-m", "tests.bench.many").strip().splitlines()
        made.start("web")
        made.start("cluster")
        yield from meanwhile.run(made, "first 100000")
