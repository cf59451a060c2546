"""
Looking numbers up before a broadcast is ready. A chunk is claimed before its requests leave, so a
number is never paid for twice: a crash loses what was asked just then, and those are texted as if
nobody had asked. Only what a gateway calls dead skips anybody.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from contacts.ids import MOST_PK
from messaging import deadphones, lookups
from messaging.broadcasts.prepare import DEAD
from messaging.gateways.base import Finding
from messaging.gateways.errors import Misconfigured
from messaging.models import Broadcast, Recipient

CHUNK = lookups.AT_ONCE
FRESH = timedelta(days=30)  # what was found out is believed for so long


def look_up_chunk(pk: int) -> bool:
    """Ask about the next few; False if there is nothing to ask."""
    broadcast = Broadcast.objects.get(pk=pk)
    rows = list(broadcast.recipients.to_look_up(broadcast).values_list("pk", "phone")[:CHUNK])
    if not rows or not _claim(broadcast, rows[-1][0]):
        return False
    told = lookups.ask(broadcast.look_up, _not_known([phone for _, phone in rows]))
    _keep(pk, broadcast.look_up, told)
    return True


def _claim(broadcast: Broadcast, last: int) -> bool:
    mine = Broadcast.objects.filter(
        pk=broadcast.pk,
        state=Broadcast.State.PREPARING,
        prepared_lookups=broadcast.prepared_lookups,
    )
    return bool(mine.update(prepared_lookups=last))


def _not_known(phones: list[str]) -> list[str]:
    lately = Recipient.objects.filter(looked_up_at__gt=timezone.now() - FRESH, phone__in=phones)
    known = set(lately.values_list("phone", flat=True))
    return [phone for phone in phones if phone not in known]


@transaction.atomic
def _keep(pk: int, gateway: str, told: lookups.Told | None) -> None:
    broadcast = Broadcast.objects.select_for_update(of=["self"]).get(pk=pk)
    found = {p: one for p, one in (told or {}).items() if isinstance(one, Finding)}
    deadphones.note(gateway, found)
    dead = [phone for phone, one in found.items() if one.state == "dead"]
    skipped = broadcast.recipients.to_queue().filter(phone__in=dead)
    skipped.update(problem=DEAD)
    counts = {"asked": len(told or {}), "dead": len(dead), "untold": len(told or {}) - len(found)}
    broadcast.looked_up = dict(Counter(broadcast.looked_up) + Counter(counts))
    if told is None or any(isinstance(one, Misconfigured) for one in told.values()):
        broadcast.prepared_lookups = MOST_PK  # no credit, a wrong key: asking on is no use
        broadcast.looked_up["stopped"] = 1
    broadcast.save(update_fields=["looked_up", "prepared_lookups"])
