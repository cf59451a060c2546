"""What every page's shell shows: what is unread, and what needs somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contacts.models import Notification
from contacts.prepared import Prepared
from messaging import attention, fence
from messaging.models import Conversation

_counted = Prepared(
    lambda user, ours, epoch: attention.counted(
        ours,
        epoch,
        unread=Conversation.objects.filter(unread__gt=0),
        notices=Notification.objects.unread().filter(user_id=user),
    ),
    *(int, UUID, int),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """One small query where a whole page is drawn; none for pieces of pages, nor strangers."""
    user: Any = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return {"demo": settings.DEMO}
    found = SimpleLazyObject(lambda: attention.look(dict(_counted(user.pk, *fence.known()))))
    return {
        "demo": settings.DEMO,
        "attention": found,
        "unread_total": SimpleLazyObject(lambda: found.more.get("unread", 0)),
        "notices_total": SimpleLazyObject(lambda: found.more.get("notices", 0)),
        "paused_gateways": SimpleLazyObject(lambda: found.paused),
    }
