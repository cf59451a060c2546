"""Which gateways may not be used now: paused by an account error, or resting after failures."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from messaging import queue
from messaging.models import GatewayState

FAILURES_BEFORE_REST = 5
REST = timedelta(seconds=30)

# Plain SQL, because every batch of texts passes here.
_WAKE = """
    UPDATE messaging_gatewaystate SET failures = 0, resting_until = NULL
     WHERE gateway = %s AND failures > 0
"""


def pause(gateway: str, *, reason: str, detail: str) -> None:
    """Stop using a gateway until a person resumes it; its messages stay queued."""
    GatewayState.objects.get_or_create(pk=gateway)
    GatewayState.objects.filter(pk=gateway, paused_at=None).update(
        paused_at=timezone.now(), reason=reason, detail=detail[:300]
    )


def resume(gateway: str) -> None:
    """Use it again, at once."""
    GatewayState.objects.filter(pk=gateway).update(
        paused_at=None, reason="", detail="", failures=0, resting_until=None
    )
    queue.ring()


def count(gateway: str, *, worked: int, unreachable: int) -> None:
    """Rest a gateway that fails again and again; one success wakes it."""
    if worked:
        with connection.cursor() as cursor:
            cursor.execute(_WAKE, [gateway])
    elif unreachable:
        GatewayState.objects.get_or_create(pk=gateway)
        rows = GatewayState.objects.filter(pk=gateway)
        rows.update(failures=F("failures") + unreachable)
        rows.filter(failures__gte=FAILURES_BEFORE_REST).update(resting_until=timezone.now() + REST)
