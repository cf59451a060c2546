"""
Durations in bins that grow by a fourth root of two, so that a few dozen hold a second and a month.

A median read from them lies in the middle of its bin: within 9 % of the true one, or, below a
second and a fifth, within a second. Pure arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

BINS_PER_DOUBLING = 4
PRECISION = 2 ** (1 / (2 * BINS_PER_DOUBLING)) - 1  # 0.0905…


def bin_of(seconds: float) -> int:
    """The number of the bin; everything up to 1.19 s, and what clocks got wrong, is in bin 0."""
    return math.floor(BINS_PER_DOUBLING * math.log2(max(seconds, 1.0)))


def middle(number: int) -> float:
    """Seconds: the geometric middle of a bin."""
    return float(2 ** ((number + 0.5) / BINS_PER_DOUBLING))


def median(counts: Mapping[int, int]) -> float | None:
    """Seconds, from how many durations each bin holds; None where there are none."""
    half, so_far = sum(counts.values()) / 2, 0
    for number in sorted(counts):
        so_far += counts[number]
        if counts[number] and so_far >= half:
            return middle(number)
    return None


def words(seconds: float) -> str:
    """As people say it, no more exact than it is: "4 s", "6 min", "2 h", "3 days"."""
    for size, name in ((86_400, "day"), (3_600, "h"), (60, "min")):
        if seconds >= 0.95 * size:
            count = round(seconds / size)
            plural = "s" if name == "day" and count != 1 else ""
            return f"{count} {name}{plural}"
    return f"{round(seconds)} s"
