"""What only a person can settle: how much of it there is, and what of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Value
from django.utils import timezone

from contacts import phones
from messaging import fence
from messaging.gateways.reasons import SENTENCES
from messaging.models import ConsentEvent, Event, GatewayState, Message, Recipient, Status
from messaging.wire import TITLES

LATELY = timedelta(days=7)
TROUBLE = (Event.State.PARKED, Event.State.QUARANTINED, Event.State.REJECTED)


@dataclass(frozen=True, slots=True)
class Paused:
    """A gateway that waits for somebody, in words."""

    gateway: str
    title: str
    sentence: str
    paused_at: datetime

    @classmethod
    def of(cls, state: GatewayState, since: datetime) -> Paused:
        sentence = SENTENCES.get(state.reason, "The gateway refuses our account.")
        return cls(state.gateway, TITLES.get(state.gateway, state.gateway), sentence, since)


@dataclass(frozen=True, slots=True)
class Attention:
    """
    unconfirmed: texts whose fate is unknown; reviews: numbers that may have opted out; hooks:
    webhooks of ours that keep failing; missed: recurring texts that did not leave; paused: gateways
    that wait for somebody; locked: a copy of another database, which sends nothing.
    """

    unconfirmed: int = 0
    reviews: int = 0
    hooks: int = 0
    missed: int = 0
    paused: list[Paused] = field(default_factory=list)
    locked: bool = False
    more: dict[str, int] = field(default_factory=dict)  # counted along for others

    @property
    def total(self) -> int:
        counts = self.unconfirmed + self.reviews + self.hooks + self.missed
        return counts + len(self.paused) + self.locked


def look(counts: dict[str, int]) -> Attention:
    """What `counted` found; asks for the gateways only if one is paused."""
    return Attention(
        unconfirmed=counts.get("unconfirmed", 0),
        reviews=counts.get("reviews", 0),
        hooks=counts.get("hooks", 0),
        missed=counts.get("missed", 0),
        paused=_paused() if counts.get("paused") else [],
        locked=bool(counts.get("locked")),
        more=counts,
    )


def _paused() -> list[Paused]:
    rows = GatewayState.objects.exclude(paused_at=None).order_by("pk")
    return [Paused.of(row, row.paused_at) for row in rows if row.paused_at]


def counted(ours: UUID, epoch: int, **more: QuerySet[Any]) -> QuerySet[Any, tuple[str, int]]:
    """
    What waits, and how much of it, each part by an index of its own; what there is none of is left
    out. ours, epoch: as fence.known() says. more: rows to be counted in the same query, by name.
    """
    rows: dict[str, QuerySet[Any]] = {
        "unconfirmed": Message.objects.filter(status=Status.UNCONFIRMED),
        "reviews": Recipient.objects.filter(needs_review=True),
        "paused": GatewayState.objects.exclude(paused_at=None),
        "locked": fence.locked(ours, epoch),
        **more,
    }
    first, *others = [
        found.order_by().annotate(what=Value(name)).values("what").annotate(n=Count("pk"))
        for name, found in rows.items()
    ]
    found: QuerySet[Any, tuple[str, int]] = first.values_list("what", "n").union(
        *(other.values_list("what", "n") for other in others), all=True
    )
    return found


def reviews(most: int, user: Any) -> list[tuple[Recipient, str, ConsentEvent | None]]:
    """Numbers that wait for a decision, and what was said last, the longest waiting first."""
    rows = (
        Recipient.objects.visible_to(user)
        .filter(needs_review=True)
        .order_by("opted_out_at", "phone")
    )
    return [
        (row, phones.show(row.phone), next(iter(row.events.all()), None))
        for row in rows.prefetch_related("events")[:most]
    ]


def troubled_events() -> list[tuple[str, str, int]]:
    """State, its words, and how many webhooks of the last week are in it; only those there are."""
    since = timezone.now() - LATELY
    rows = Event.objects.filter(received_at__gte=since, state__in=TROUBLE).order_by()
    found = dict(rows.values("state").annotate(n=Count("pk")).values_list("state", "n"))
    return [(state, str(state.label), found[state]) for state in TROUBLE if state in found]
