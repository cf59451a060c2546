"""Texts leave as fast as they can while their recipients say STOP."""

import json
import os
from pathlib import Path

from tests.messaging.reliability import host

TEXTS, PEOPLE, DRAINS, SAYERS = 2000, 150, 2, 2


def run(gateway):
    from messaging.models import Attempt, Recipient

    host.clear()
    host.number()
    host.texts(TEXTS, PEOPLE)
    folder = Path(os.environ["GATEWAY_LOG"]).parent
    sayers = [host.start(_say_stop, n, folder / f"stops{n}.json") for n in range(SAYERS)]
    drains = [host.start(_drain) for _ in range(DRAINS)]
    exits = [host.wait(pid) for pid in sayers + drains]
    at_stop = {}
    for n in range(SAYERS):
        at_stop |= json.loads((folder / f"stops{n}.json").read_text())
    claimed = _claimed()
    return {
        "exits": exits,
        "stops": len(at_stop),
        "opted_out": Recipient.objects.exclude(opted_out_at=None).count(),
        "before": sum(at_stop.values()),
        "after": sum(claimed.get(phone, 0) - n for phone, n in at_stop.items()),
        "attempts": Attempt.objects.count(),
    }


def _say_stop(mine, file):
    """One after the other; once the webhook has answered, count what was ever claimed for them."""
    told = {}
    for n in range(mine, PEOPLE, SAYERS):
        phone = f"+447700900{n:03}"
        stop = {"id": f"mo{n}", "sender": phone, "system": "+12125550101", "text": "Stop"}
        assert host.webhook(stop, "sms_mo") == 200
        told[phone] = _claimed(phone).get(phone, 0)
    file.write_text(json.dumps(told))


def _drain():
    from datetime import timedelta

    from messaging import outbox

    outbox.drain(seconds=10.0, linger=timedelta(0))


def _claimed(phone=None):
    """How many claims there ever were for each phone, the answer to STOP aside."""
    from django.db.models import Count

    from messaging.models import Attempt

    rows = Attempt.objects.filter(message__is_confirmation=False)
    if phone:
        rows = rows.filter(message__phone=phone)
    return dict(rows.order_by().values_list("message__phone").annotate(Count("pk")))
