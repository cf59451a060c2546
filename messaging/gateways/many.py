"""What the adapters that carry many texts in a request have in common."""

import copy
import json
from collections.abc import Mapping
from dataclasses import replace

from messaging.gateways.base import Batch, Exchange, Outgoing, Receipt
from messaging.gateways.errors import GatewayError, Refused, failure
from messaging.gateways.http import MAX_SHOWN
from messaging.gateways.reading import clean

MOST = 100  # texts of a request, whatever an installation asks for

SHARED = {"invalid_sender"}  # reasons that hold for all of a request

Outcome = Receipt | GatewayError


def bounded(most: int) -> int:
    """How many texts a request may carry: one of them is a request as any other."""
    return max(1, min(most, MOST))


def each(batch: Batch, told: Outcome) -> list[Outcome]:
    """The same for all of them."""
    return [about(batch, outgoing, told) for outgoing in batch.texts]


def about(batch: Batch, outgoing: Outgoing, told: Outcome, response: str = "") -> Outcome:
    """
    What was told, beside this text's own part of the exchange: nobody's attempt shows what others
    were texted. response: its part of the answer, if it has one.
    """
    if told.exchange is None:
        return told
    exchange = own(told.exchange, batch, outgoing, response)
    if isinstance(told, Receipt):
        return replace(told, exchange=exchange)
    error = copy.copy(told)
    error.exchange = exchange
    return error


def own(exchange: Exchange, batch: Batch, outgoing: Outgoing, response: str = "") -> Exchange:
    """This text's part of it."""
    part = {"to": outgoing.to, "from": outgoing.sender, "text": clean(outgoing.text)}
    head = f"One of {len(batch.texts)} texts in a request, batch {batch.reference}:"
    request = f"{head}\n{json.dumps(part, ensure_ascii=False)}"[:MAX_SHOWN]
    return replace(exchange, request=request, response=(response or exchange.response)[:MAX_SHOWN])


def refused(
    batch: Batch, error: Refused, culprits: Mapping[int, GatewayError] | None = None
) -> list[Outcome]:
    """
    A refusal of the whole request, shared out. culprits: those it names, by their place in the
    batch: the others go again without them. Where it names nobody, each of them goes alone.
    """
    culprits = culprits or {}
    if error.reason in SHARED or len(batch.texts) == 1:
        return each(batch, error)
    reason = "refused_beside" if culprits else "refused_together"
    again = failure(reason, code=error.code, detail=error.detail, exchange=error.exchange)
    told = [culprits.get(place, again) for place in range(len(batch.texts))]
    return [about(batch, *one) for one in zip(batch.texts, told, strict=True)]
