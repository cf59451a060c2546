"""The gateway's log beside the database: what was lost, what was doubled, what stayed open."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

GOOD = {"sent", "delivered", "undelivered"}
OPEN = {"queued", "sending", "unconfirmed"}


@dataclass
class Verdict:
    messages: int = 0
    unknown: int = 0  # messages with an attempt whose fate was unknown for a while
    resent: int = 0  # messages sent again after the gateway had never seen the first attempt
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not (self.lost or self.doubled or self.unresolved)


def judge(log, accepted, answered):
    from messaging.models import Attempt, Message

    rows = list(Message.objects.filter(direction="outbound").order_by("pk"))
    taken = Counter()
    refused = set()
    for line in Path(log).read_text().splitlines():
        entry = json.loads(line)
        if entry["taken"]:
            taken[entry["foreign_id"]] += 1
        elif entry["fate"] == "refused 202":
            refused.add(entry["foreign_id"])
    unknown = Attempt.objects.filter(outcome__in=["open", "unknown"]).values("message").distinct()
    verdict = Verdict(messages=len(rows), unknown=unknown.count())
    for row in rows:
        _judge_one(row, taken[str(row.reference)], refused, verdict)
    strangers = taken.keys() - {str(row.reference) for row in rows}
    verdict.doubled += [f"{reference}: not in the database" for reference in strangers]
    _judge_accepted({row.text for row in rows}, accepted, verdict)
    _judge_answers(answered, verdict)
    return verdict


def _judge_one(row, times, refused, verdict):
    name = f"{row.text} ({row.status}, {row.reason or '-'}, attempts {row.attempt_no})"
    verdict.resent += row.attempt_no > 1 and times == 1
    if times > 1:
        verdict.doubled.append(f"{name}: taken {times} times")
    if row.status in OPEN:
        verdict.unresolved.append(name)
    elif row.status in GOOD and not times:
        verdict.lost.append(f"{name}: never taken")
    elif row.status not in GOOD and str(row.reference) not in refused:
        verdict.lost.append(f"{name}: given up without a refusal")


def _judge_accepted(texts, accepted, verdict):
    for n in Path(accepted).read_text().split():
        if f"Text {n}" not in texts:
            verdict.lost.append(f"Text {n}: accepted, and not in the database")


def _judge_answers(answered, verdict):
    """Replies that our webhook took must be there, once."""
    from messaging.models import Message

    stored = Counter(
        Message.objects.filter(direction="inbound").values_list("external_id", flat=True)
    )
    verdict.lost += [
        f"reply {one}: taken, and not in the database" for one in answered if not stored[one]
    ]
    verdict.doubled += [f"reply {one}: stored {n} times" for one, n in stored.items() if n > 1]
