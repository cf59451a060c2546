"""
The way in: a webhook is stored raw, understood by its gateway's adapter, and applied.

Everything here may happen twice, late or in any order, and ends in the same state.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
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
from messaging.models import Event

if TYPE_CHECKING:
    from messaging.gateways.base import Event as GatewayEvent

log = logging.getLogger(__name__)

KEEP_TRYING = timedelta(hours=72)
BATCH = 500
KEPT_HEADERS = ("content-type", "x-timestamp", "x-nonce", "x-signature", "user-agent")


def receive(gateway: str, request: Request) -> Event:
    """Store a webhook, then apply it. Raises only if it could not even be stored."""
    event = Event.objects.create(
        gateway=gateway,
        method=request.method[:8],
        url=_storable(re.sub(r"(/webhooks/[^/]+/)[^/]+/", r"\1…/", request.url)),
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
        state__in=[Event.State.STORED, Event.State.PARKED], received_at__gt=now - KEEP_TRYING
    )
    for event in rows.order_by("received_at", "pk")[:BATCH]:
        replay(event)


def _rebuilt(event: Event) -> Request:
    return Request(
        method=event.method,
        url=event.url,
        headers=event.headers,
        query=event.query,
        body=bytes(event.body),
        trusted=True,
    )


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL, and neither database a lone surrogate."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")[:500]


def apply(event: Event, request: Request) -> None:
    """Apply a stored webhook, and note on it how that went."""
    try:
        news = wire.build(event.gateway).receive(request)
        with transaction.atomic():
            done = [_apply_one(one, event.gateway) for one in news]
        event.state = Event.State.APPLIED if all(done) else Event.State.PARKED
    except WebhookRejected as error:
        event.state = Event.State.QUARANTINED if error.quarantine else Event.State.REJECTED
        event.problem = str(error)[:300]
    except Exception as error:  # a bug of ours: the raw event stays, and is applied again later
        log.exception("Event %s could not be applied", event.pk)
        event.problem = type(error).__name__
    event.save(update_fields=["state", "problem"])


def _apply_one(news: GatewayEvent, gateway: str) -> bool:
    """False if it speaks of a message that is not known (yet)."""
    match news:
        case DeliveryReport():
            return reports.apply(news, gateway)
        case InboundText():
            arrivals.arrive(news, gateway)
        case OutgoingCopy():
            reports.apply_copy(news, gateway)
        case OptedOut():
            consent.opt_out(news.phone, source="gateway", words=news.source)
        case OptedIn():
            consent.note_gateway_opt_in(news.phone, words=news.source)
    return True
