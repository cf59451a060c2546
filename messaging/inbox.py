"""
The way in: a webhook is stored raw, understood by its gateway's adapter, and applied.

Everything here may happen twice, late or in any order, and ends in the same state.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from messaging import arrivals, consent, reports, wire
from messaging.gateways.base import (
    DeliveryReport,
    InboundText,
    OptedIn,
    OptedOut,
    OutgoingCopy,
    Request,
)
from messaging.gateways.errors import WebhookRejected
from messaging.masking import without_token
from messaging.models import ConsentEvent, Event

if TYPE_CHECKING:
    from messaging.gateways.base import Event as GatewayEvent

log = logging.getLogger(__name__)

KEEP_TRYING = timedelta(hours=72)
LONGEST_WAIT = timedelta(hours=1)
BATCH = 500
TRIES_AT_ONCE = 3
KEPT_HEADERS = ("content-type", "x-timestamp", "x-nonce", "x-signature", "user-agent")


def receive(gateway: str, request: Request) -> Event:
    """Store a webhook, then apply it. Raises DatabaseError, only if it could not be stored."""
    event = Event.objects.create(
        gateway=gateway,
        method=request.method[:8],
        url=_storable(without_token(request.url)),
        query={_storable(k): _storable(v) for k, v in request.query.items()},
        headers={k: _storable(request.headers[k]) for k in KEPT_HEADERS if k in request.headers},
        body=request.body,
    )
    apply(event, request)
    return event


def replay(event: Event) -> None:
    """Apply a stored webhook again. One in quarantine stays there: its signature is no better."""
    if event.state != Event.State.QUARANTINED:
        apply(event, _rebuilt(event))


def apply_waiting(now: datetime | None = None) -> None:
    """Reports that came before their message was known, and events a bug or a crash left."""
    now = now or timezone.now()
    rows = Event.objects.filter(
        state__in=[Event.State.STORED, Event.State.PARKED],
        try_at__lte=now,
        received_at__gt=now - KEEP_TRYING,
    )
    for event in rows.order_by("try_at")[:BATCH]:
        replay(event)


def apply(event: Event, request: Request) -> None:
    """Apply a stored webhook, and note on it how that went. Raises nothing."""
    event.problem = ""
    try:
        news = wire.build(event.gateway).receive(request)
        event.verified = True
        done = _apply_all(news, event)
        event.state = Event.State.APPLIED if done else Event.State.PARKED
    except WebhookRejected as error:
        event.state = Event.State.QUARANTINED if error.quarantine else Event.State.REJECTED
        event.verified = not error.quarantine
        event.problem = str(error)[:300]
    except Exception as error:  # a bug of ours: the raw event stays, and is applied again later
        log.exception("Event %s could not be applied", event.pk)
        event.problem = type(error).__name__
    _note(event)


def _note(event: Event) -> None:
    """The next try comes with the next sweep, then after 1, 2, 4 … minutes, then each hour."""
    wait = min(timedelta(minutes=2 ** min(event.tries - 1, 10)), LONGEST_WAIT)
    event.try_at = timezone.now() + (wait if event.tries else timedelta(0))
    event.tries = min(event.tries + 1, 30_000)
    event.save(update_fields=["state", "problem", "verified", "tries", "try_at"])


def _rebuilt(event: Event) -> Request:
    """As it came. What a crash left before anybody checked its signature is checked now."""
    newest, _, _ = settings.WEBHOOK_TOKEN.partition(",")
    return Request(
        method=event.method,
        url=event.url.replace("/…/", f"/{newest.strip()}/", 1),
        headers=event.headers,
        query=event.query,
        body=bytes(event.body),
        trusted=event.verified,
    )


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL, and neither database a lone surrogate."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")[:500]


def _apply_all(news: list[GatewayEvent], event: Event) -> bool:
    """All of it or nothing. A deadlock or a busy database has its victim try again."""
    for left in reversed(range(TRIES_AT_ONCE)):
        try:
            with transaction.atomic():
                done = [_apply_one(one, event) for one in news]
                return all(done)
        except OperationalError:
            if not left:
                raise
    return False  # pragma: no cover (the loop returns or raises)


def _apply_one(news: GatewayEvent, event: Event) -> bool:
    """False if it speaks of a message that is not known (yet)."""
    gateway, at = event.gateway, event.received_at
    match news:
        case DeliveryReport():
            return reports.apply(news, gateway)
        case InboundText():
            arrivals.arrive(news, gateway, at)
        case OutgoingCopy():
            reports.apply_copy(news, gateway, at)
        case OptedOut():
            consent.opt_out(
                news.phone, source=ConsentEvent.Source.GATEWAY, words=news.source, at=at
            )
        case OptedIn():
            consent.note_gateway_opt_in(news.phone, words=news.source, at=at)
    return True
