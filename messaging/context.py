"""What every page's shell shows: what is unread, and what needs somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contacts.ids import MOST_PK
from contacts.models import Notification
from contacts.models.member import in_team, team_seen
from contacts.prepared import Prepared
from contacts.roles import Right, granted, may
from messaging import attention, fence
from messaging.models import Conversation, Hook, Message, Recipient, Recurrence, Status

_of_team = Prepared(
    lambda user, ours, epoch, team: attention.counted(
        ours,
        epoch,
        unconfirmed=in_team(
            Message.objects.filter(status=Status.UNCONFIRMED), team, "contact__team"
        ),
        reviews=Recipient.objects.of_team(team).filter(needs_review=True),
        missed=in_team(Recurrence.objects.missed().filter(author_id=user), team, "contact__team"),
        unread=in_team(Conversation.objects.filter(unread__gt=0), team, "contact__team"),
        notices=Notification.objects.unread().filter(user_id=user).on_records_of(team),
    ),
    *(int, UUID, int, int),
)
_counted = Prepared(
    lambda user, ours, epoch, beyond: attention.counted(
        ours,
        epoch,
        hooks=Hook.objects.failing().filter(pk__gt=beyond),
        missed=Recurrence.objects.missed(),
        unread=Conversation.objects.filter(unread__gt=0),
        notices=Notification.objects.unread().filter(user_id=user),
    ),
    *(int, UUID, int, int),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """One small query where a whole page is drawn; none for pieces of pages, nor strangers."""
    user: Any = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return {"demo": settings.DEMO}
    found = SimpleLazyObject(lambda: attention.look(_counts(user)))
    return {
        "demo": settings.DEMO,
        "may": granted(user),
        "attention": found,
        "unread_total": SimpleLazyObject(lambda: found.more.get("unread", 0)),
        "notices_total": SimpleLazyObject(lambda: found.more.get("notices", 0)),
        "paused_gateways": SimpleLazyObject(lambda: found.paused),
    }


def _counts(user: Any) -> dict[str, int]:
    team = team_seen(user)
    if team is None:
        beyond = 0 if may(user, Right.RUN) else MOST_PK  # webhooks are for who runs this
        return dict(_counted(user.pk, *fence.known(), beyond))
    return dict(_of_team(user.pk, *fence.known(), team))
