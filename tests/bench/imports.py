"""A list of 100,000 people: read, normalised, looked up, stored, and ready to be undone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.stack import stack


def run(name: str) -> Iterator[str]:
    """One line per figure; a figure that misses its limit ends in “MISSED”."""
    with stack(name, pause_ms=0) as made:
        yield from made.manage("-m", "tests.bench.bringing").strip().splitlines()
