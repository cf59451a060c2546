"""What a run has to answer for: no error, and every text at the gateway exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

MOVING = {"queued", "sending", "unconfirmed"}

Text = tuple[str, str]  # to whom (E.164), and the words


@dataclass
class Verdict:
    """What went wrong, a line for each; nothing, and the run was good."""

    errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.errors or self.lost or self.doubled or self.unresolved)


def judge(
    typed: Iterable[str],
    rows: Sequence[Sequence[str]],
    arrived: Iterable[Text],
    errors: Iterable[str],
) -> Verdict:
    """
    typed: words of comments that were answered as sent, each once. rows: phone, words, status and
    origin of each text as the database has it. arrived: what the gateway wrote down.
    """
    stored, came = Counter((row[0], row[1]) for row in rows), Counter(arrived)
    words = Counter(row[1] for row in rows)
    verdict = Verdict(errors=list(errors))
    verdict.lost += [f"typed, not stored: {text}" for text in typed if not words[text]]
    verdict.doubled += [f"typed once, stored {words[t]}×: {t}" for t in typed if words[t] > 1]
    for text in stored | came:
        if came[text] < stored[text]:
            verdict.lost.append(f"not at the gateway: {_told(text)}")
        elif came[text] > stored[text]:
            verdict.doubled.append(f"{came[text]}× at the gateway: {_told(text)}")
    verdict.unresolved = [
        f"{row[2]}: {_told((row[0], row[1]))}" for row in rows if row[2] in MOVING
    ]
    return verdict


def table(times: Mapping[str, Sequence[float]], failed: Mapping[str, int]) -> list[str]:
    """A line for each kind of request: how many, errors, p50 and p95 in milliseconds."""
    lines = [f"{'':<28}{'requests':>9}{'errors':>8}{'p50 ms':>9}{'p95 ms':>9}"]
    every = [one for found in times.values() for one in found]
    for name, found in [*sorted(times.items()), ("all", every)]:
        wrong = sum(failed.values()) if name == "all" else failed.get(name, 0)
        half, most = (median(found), _p95(found)) if found else (0, 0)
        lines.append(f"{name:<28}{len(found):>9,}{wrong:>8,}{half:>9.0f}{most:>9.0f}")
    return lines


def _p95(found: Sequence[float]) -> float:
    """One that was really measured, however few there are."""
    return sorted(found)[ceil(0.95 * len(found)) - 1]


def _told(text: Text) -> str:
    return f"{text[1]!r} to {text[0]}"
