"""
What each gateway's prices are in. Receipts give the amount alone, in the currency of the account,
which the gateway names when it is asked; that is kept, so that no page and no file waits for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from messaging import fence, wire
from messaging.gateways.base import TellsPrices
from messaging.gateways.errors import GatewayError
from messaging.models import GatewayState, Number

PATIENCE = 5.0  # seconds
AGAIN = timedelta(hours=6)


def known() -> dict[str, str]:
    """By gateway, as it said last; without those that named none."""
    rows = GatewayState.objects.exclude(currency="")
    return dict(rows.values_list("gateway", "currency"))


def ask(gateway: str) -> str:
    """
    "EUR"; what it said before, if it cannot be asked now; "" where it never said. Not in a
    transaction.
    """
    try:
        adapter = wire.build_hurried(gateway, PATIENCE)
        told = adapter.currency() if isinstance(adapter, TellsPrices) else ""
    except (wire.NoSuchGateway, GatewayError):
        told = ""
    news = {"currency_asked_at": timezone.now()} | ({"currency": told} if told else {})
    state, _ = GatewayState.objects.update_or_create(pk=gateway, defaults=news)
    return state.currency


def learn(now: datetime | None = None) -> None:
    """Ask those of our numbers' gateways that were not asked for hours."""
    recent = GatewayState.objects.filter(currency_asked_at__gt=(now or timezone.now()) - AGAIN)
    used = set(Number.objects.active().values_list("gateway", flat=True).distinct())
    waiting = used - set(recent.values_list("gateway", flat=True))
    names = [name for name in wire.available() if name in waiting]
    if names and not fence.is_locked():
        for name in names:
            if isinstance(wire.build(name), TellsPrices):
                ask(name)
