"""What every page's shell shows: unread conversations, and gateways that need somebody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from messaging.models import Conversation, GatewayState

MOST = 99


def shell(request: HttpRequest) -> dict[str, Any]:
    """Two small queries, and none for strangers."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"demo": settings.DEMO}
    unread = Conversation.objects.filter(unread__gt=0)[: MOST + 1].count()
    paused = list(GatewayState.objects.exclude(paused_at=None))
    return {"demo": settings.DEMO, "unread_total": unread, "paused_gateways": paused}
