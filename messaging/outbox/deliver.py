"""Handing one claimed message to its gateway. No database, no decisions about retrying here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from messaging.gateways.base import Exchange, Receipt
from messaging.gateways.errors import GatewayError, HeldUp, OutcomeUnknown

if TYPE_CHECKING:
    from messaging.gateways.base import Gateway
    from messaging.outbox.claim import Claim

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
    if claim.lease_until - timezone.now() < TIME_NEEDED:
        return Result(claim, error=HeldUp("lease_too_short"))
    try:
        return Result(claim, receipt=gateway.send(claim.outgoing))
    except GatewayError as error:
        return Result(claim, error=error)
    except Exception as error:  # noqa: BLE001 (a bug in an adapter: the text may have left)
        unknown = OutcomeUnknown("gateway_error", detail=f"{type(error).__name__} in the adapter")
        return Result(claim, error=unknown)
