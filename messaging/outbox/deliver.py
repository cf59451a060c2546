"""Handing claimed messages to their gateway. No database, no decisions about retrying here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from messaging.gateways.base import Batch, Exchange, Receipt
from messaging.gateways.errors import GatewayError, HeldUp, OutcomeUnknown, failure
from messaging.wire import carries, report_url

if TYPE_CHECKING:
    from messaging.gateways.base import CarriesMany, Gateway
    from messaging.outbox.claim import Claim

    Outcomes = Sequence[Receipt | GatewayError]

# More than the hard deadline of one HTTP exchange (messaging.gateways.http), so that an answer
# is recorded while the lease still holds.
TIME_NEEDED = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one claim: a receipt, or the gateway's failure."""

    claim: Claim
    receipt: Receipt | None = None
    error: GatewayError | None = None

    @property
    def exchange(self) -> Exchange | None:
        told = self.receipt or self.error
        return told.exchange if told else None


def deliver(claim: Claim, gateway: Gateway) -> Result:
    """Send it, if enough of the lease is left for the gateway to answer within it."""

    def send(ready: Sequence[Claim]) -> Outcomes:
        outgoing = ready[0].outgoing
        if not carries(gateway, outgoing.channel):  # its number moved to another gateway since
            raise failure("no_such_channel")
        return [gateway.send(outgoing)]

    return _deliver([claim], send)[0]


def deliver_together(claims: Sequence[Claim], carrier: CarriesMany) -> list[Result]:
    """Send the texts of a batch in one request, without those whose lease has too little left."""

    def send(ready: Sequence[Claim]) -> Outcomes:
        name = str(ready[0].batch)
        url = report_url(ready[0].gateway, batch=name)
        return carrier.send_many(Batch(name, [claim.outgoing for claim in ready], url))

    return _deliver(claims, send)


def _deliver(claims: Sequence[Claim], send: Callable[[Sequence[Claim]], Outcomes]) -> list[Result]:
    now = datetime.now(UTC)
    ready = [claim for claim in claims if claim.lease_until - now >= TIME_NEEDED]
    late = [claim for claim in claims if claim.lease_until - now < TIME_NEEDED]
    results = [Result(claim, error=HeldUp("lease_too_short")) for claim in late]
    outcomes = _outcomes(ready, send) if ready else []
    return results + [_result(*one) for one in zip(ready, outcomes, strict=True)]


def _outcomes(ready: Sequence[Claim], send: Callable[[Sequence[Claim]], Outcomes]) -> Outcomes:
    """One for each of them, whatever the adapter does."""
    try:
        outcomes = send(ready)
        if len(outcomes) == len(ready):
            return outcomes
        detail = f"{len(outcomes)} outcomes for {len(ready)} texts"
    except GatewayError as error:
        return [error] * len(ready)
    except Exception as error:  # noqa: BLE001 (a bug in an adapter: the texts may have left)
        detail = f"{type(error).__name__} in the adapter"
    return [OutcomeUnknown("gateway_error", detail=detail)] * len(ready)


def _result(claim: Claim, told: Receipt | GatewayError) -> Result:
    if isinstance(told, GatewayError):
        return Result(claim, error=told)
    return Result(claim, receipt=told)
