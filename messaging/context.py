"""What every page's shell shows: unread conversations, and what needs somebody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contacts.models import Notification
from messaging import attention
from messaging.models import Conversation

MOST = 99


def shell(request: HttpRequest) -> dict[str, Any]:
    """Five small queries where a whole page is drawn; none for pieces of pages, nor strangers."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"demo": settings.DEMO}
    found = SimpleLazyObject(attention.look)
    return {
        "demo": settings.DEMO,
        "unread_total": SimpleLazyObject(_unread),
        "attention": found,
        "notices_total": SimpleLazyObject(lambda: _notices(request.user)),
        "paused_gateways": SimpleLazyObject(lambda: found.paused),
    }


def _unread() -> int:
    return Conversation.objects.filter(unread__gt=0)[: MOST + 1].count()


def _notices(user: Any) -> int:
    return Notification.objects.unread().filter(user=user)[: MOST + 1].count()
