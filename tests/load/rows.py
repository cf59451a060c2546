"""
What `make load` needs of its database: `python -m tests.load.rows people COUNT` makes members of
the team, `… broadcast` starts one, `… texts` tells all that was ever to leave since.
"""

from __future__ import annotations

import json
import sys

from tests.bench.load import Message, User, broadcasts, queue, transaction, written_out

CROWD_SAID = "bench"  # whoever wrote the texts that were there before


def people(count: int) -> None:
    """Members with the password of the first: hashing it for each would take too long."""
    first = User.objects.get(username=CROWD_SAID)
    names = (f"person{n}" for n in range(count))
    User.objects.bulk_create(
        User(username=name, password=first.password, is_superuser=True) for name in names
    )


def broadcast() -> int:
    """Started as the button does: the cluster queues it. How many will get it."""
    row = written_out()
    with transaction.atomic():
        broadcasts.start(row, send_at=None, is_local=False)
    queue.call("messaging.tasks.broadcasts")
    return row.recipients.to_queue().count()


def texts() -> list[tuple[str, str, str, str]]:
    """To whom, what, how it stands and through which door; without the crowd's past."""
    rows = Message.objects.filter(direction="outbound").exclude(external_id="", attempt_no=0)
    waiting = Message.objects.filter(direction="outbound", status="queued")
    found = (rows | waiting).order_by("pk")
    return [*found.values_list("phone", "text", "status", "origin")]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["people", count]:
            people(int(count))
        case ["broadcast"]:
            print(broadcast())
        case ["texts"]:
            print(json.dumps(texts()))
