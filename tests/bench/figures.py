"""Milliseconds and how they are told."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median, quantiles


def timed(work: Callable[[], object]) -> float:
    """How many milliseconds it takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def told(times: list[float]) -> str:
    return f"p50 {median(times):6.1f} ms  p95 {p95(times):6.1f} ms"


def verdict(held: bool) -> str:
    return "held" if held else "MISSED"
