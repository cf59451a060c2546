"""What the team does with conversations: find, read, assign, set aside, finish."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from contacts import search
from contacts.ids import read_pk
from contacts.models import Contact
from contacts.prepared import Prepared
from messaging.models import Conversation, Direction, Message

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from messaging.models.conversation import ConversationQuerySet

MOST = 50

#: The lists of the inbox: what their addresses say, and what people read.
STATES = {
    "": "Open",
    "unread": "Unread",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "snoozed": "Snoozed",
    "done": "Done",
    "all": "All",
}


def listed(state: str, user: User) -> tuple[ConversationQuerySet, str]:
    """The rows of one list, and in which order they stand: snoozed ones by when they come back."""
    rows: ConversationQuerySet = Conversation.objects.visible_to(user)
    match state:
        case "all":
            return rows, "-top_at"
        case "unread":
            return rows.unread(), "-top_at"
        case "mine":
            return rows.open().assigned_to(user), "-top_at"
        case "unassigned":
            return rows.open().assigned_to(None), "-top_at"
        case "snoozed":
            return rows.snoozed(), "top_at"
        case "done":
            return rows.done(), "-top_at"
    return rows.open(), "-top_at"


def found(rows: ConversationQuerySet, query: str, user: User) -> QuerySet[Conversation]:
    """Those with somebody the query finds, or with a phone it is a piece of."""
    people = search.contacts(Contact.objects.visible_to(user), query)
    wanted = Q(contact__in=people.values("pk"))
    if digits := search.fragment(search.clean(query)):
        wanted |= Q(phone__contains=digits)
    return rows.filter(wanted)


@transaction.atomic
def mark_read(row: Conversation, up_to: int | None = None) -> int:
    """
    Mark its inbound texts as read, up to the last message that was shown (None: all); returns how
    many were not. What comes in meanwhile waits for the lock, or is counted.
    """
    if not row.unread:
        return 0
    locked = Conversation.objects.select_for_update(of=["self"]).filter(pk=row.pk)
    list(locked.values_list("pk"))
    unread = _inbound(row).filter(read_at=None)
    shown = unread if up_to is None else unread.filter(pk__lte=up_to)
    shown.update(read_at=timezone.now())
    Conversation.objects.filter(pk=row.pk).update(unread=unread.count())
    return row.unread


@transaction.atomic
def mark_unread(row: Conversation) -> None:
    """The last text of theirs counts as unread again, and so the conversation is open."""
    last = _inbound(row).order_by("-created_at", "-pk").first()
    if last:
        Message.objects.filter(pk=last.pk).update(read_at=None)
    Conversation.objects.filter(pk=row.pk, unread=0).update(unread=1)
    reopen(row)


def team() -> list[User]:
    """To whom a conversation can be given."""
    return _team()


_team = Prepared(
    lambda: User.objects.filter(is_active=True).order_by("first_name", "username")[:MOST]
)


def assign(row: Conversation, user: User | None, was: str | None = None) -> bool:
    """was: whose it was as the page showed it, by pk; False if it is another's by now."""
    rows = Conversation.objects.filter(pk=row.pk)
    if was is not None:
        rows = rows.filter(Q(assignee=read_pk(was)) | Q(assignee=user and user.pk))
    return bool(rows.update(assignee=user))


def finish(row: Conversation) -> bool:
    """Done, until they text again. False while there is a text of theirs nobody has read."""
    return _set_aside(row, done_at=timezone.now(), snoozed_until=None)


def snooze(row: Conversation, until: datetime) -> bool:
    """Out of sight until then, or until they text. False as with finish()."""
    return _set_aside(row, done_at=None, snoozed_until=until)


def reopen(row: Conversation) -> None:
    Conversation.objects.filter(pk=row.pk).update(done_at=None, snoozed_until=None)


def _set_aside(row: Conversation, **state: datetime | None) -> bool:
    """In one UPDATE, so that a text which comes in at this moment is not put aside unseen."""
    return bool(Conversation.objects.filter(pk=row.pk, unread=0).update(**state))


def _inbound(row: Conversation) -> QuerySet[Message]:
    mine = {"contact": row.contact_id} if row.contact_id else {"contact": None, "phone": row.phone}
    return Message.objects.filter(**mine, direction=Direction.INBOUND)
