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
    shared: int = 0  # attempts in a request that carried others
    left_to_people: int = 0  # D7's that were never taken: nobody else can know that
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
            taken[entry["foreign_id"], entry["to"]] += 1
        elif entry["refused"]:
            refused.add((entry["foreign_id"], entry["to"]))
    unknown = Attempt.objects.filter(outcome__in=["open", "unknown"]).values("message").distinct()
    shared = Attempt.objects.exclude(batch=None).count()
    verdict = Verdict(messages=len(rows), unknown=unknown.count(), shared=shared)
    strangers, names = set(taken), names_of(rows)
    for row in rows:
        times = sum(taken[name] for name in names[row.pk])
        _judge_one(row, times, bool(names[row.pk] & refused), verdict)
        strangers -= names[row.pk]
    verdict.doubled += [f"{reference}: not in the database" for reference, _ in strangers]
    _judge_accepted({row.text for row in rows}, accepted, verdict)
    _judge_answers(answered, verdict)
    return verdict


def names_of(rows):
    """By pk, what a text may be called in the gateway's log: by itself, and in its batches."""
    from messaging.models import Attempt

    names = {row.pk: {(str(row.reference), row.phone)} for row in rows}
    batches = Attempt.objects.exclude(batch=None).values_list("message", "batch", "message__phone")
    for pk, batch, phone in batches:
        names.setdefault(pk, set()).add((str(batch), phone))
    return names


def _judge_one(row, times, refused, verdict):
    name = f"{row.text} ({row.status}, {row.reason or '-'}, attempts {row.attempt_no})"
    verdict.resent += row.attempt_no > 1 and times == 1
    if times > 1:
        verdict.doubled.append(f"{name}: taken {times} times")
    if (row.status, row.gateway, times) == ("unconfirmed", "d7", 0):
        verdict.left_to_people += 1
    elif row.status in OPEN:
        verdict.unresolved.append(name)
    elif row.status in GOOD and not times:
        verdict.lost.append(f"{name}: never taken")
    elif row.status not in GOOD and not refused:
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
