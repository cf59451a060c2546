"""
The way in: a webhook is stored raw, understood by its gateway's adapter, and applied.

Everything here may happen twice, late or in any order, and ends in the same state.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from django.db import transaction

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

KEPT_HEADERS = ("content-type", "x-timestamp", "x-nonce", "x-signature", "user-agent")


def receive(gateway: str, request: Request) -> Event:
    """Store a webhook, then apply it. Raises only if it could not even be stored."""
    event = Event.objects.create(
        gateway=gateway,
        method=request.method[:8],
        url=re.sub(r"(/webhooks/[^/]+/)[^/]+/", r"\1…/", request.url).replace("\x00", ""),
        headers={k: request.headers[k][:500] for k in KEPT_HEADERS if k in request.headers},
        body=request.body,
    )
    apply(event, request)
    return event


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
