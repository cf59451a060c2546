"""What every page's shell shows: what is unread, and what needs somebody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contacts.models import Notification
from messaging import attention
from messaging.models import Conversation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Three small queries where a whole page is drawn; none for pieces of pages, nor strangers."""
    user: Any = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return {"demo": settings.DEMO}
    found = SimpleLazyObject(
        lambda: attention.look(
            unread=Conversation.objects.filter(unread__gt=0),
            notices=Notification.objects.unread().filter(user=user),
        )
    )
    return {
        "demo": settings.DEMO,
        "attention": found,
        "unread_total": SimpleLazyObject(lambda: found.more["unread"]),
        "notices_total": SimpleLazyObject(lambda: found.more["notices"]),
        "paused_gateways": SimpleLazyObject(lambda: found.paused),
    }
