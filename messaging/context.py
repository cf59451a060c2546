"""What every page's shell shows: unread conversations, and what needs somebody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from messaging import attention
from messaging.models import Conversation

MOST = 99


def shell(request: HttpRequest) -> dict[str, Any]:
    """Four small queries, and none for strangers."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"demo": settings.DEMO}
    unread = Conversation.objects.filter(unread__gt=0)[: MOST + 1].count()
    found = attention.look()
    return {
        "demo": settings.DEMO,
        "unread_total": unread,
        "attention": found,
        "paused_gateways": found.paused,
    }
