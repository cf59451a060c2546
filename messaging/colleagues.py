"""Two of the team and one person: who is writing to them right now, and who just has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from messaging import beside, wording
from messaging.models import Direction, Message, Origin, Status, Typing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact

JUST_NOW = timedelta(minutes=1)
OLD = timedelta(days=1)
MACHINES = (Origin.BROADCAST, Origin.AUTOMATIC, Origin.RECURRING)


def note_typing(contact: Contact, user: User) -> None:
    now = timezone.now()
    Typing.objects.update_or_create(contact=contact, user=user, defaults={"at": now})
    Typing.objects.filter(at__lt=now - OLD).delete()


def stop_typing(contact: Contact, user: User) -> None:
    Typing.objects.filter(contact=contact, user=user).delete()


def who_types(contact: Contact, user: User) -> str:
    """ "Priya is replying", "Priya and Marek are replying", or ""."""
    if not beside.maybe_typing(contact):
        return ""
    rows = Typing.objects.now().filter(contact=contact).exclude(user=user)
    names = [_short(row.user) for row in rows.select_related("user").order_by("user_id")[:3]]
    if not names:
        return ""
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} replying"


def newest(contact: Contact) -> int:
    """The pk of our newest text to them; 0 if there is none."""
    mine = Message.objects.filter(contact=contact, direction=Direction.OUTBOUND)
    return mine.latest_first().values_list("pk", flat=True).first() or 0


def meanwhile(contact: Contact, user: User, seen: int, now: datetime | None = None) -> str:
    """
    A question, if a colleague texted them within the last minute and after the text with the pk
    `seen`, which is the newest this user knows of; else "".
    """
    now = now or timezone.now()
    theirs = Message.objects.filter(
        contact=contact,
        direction=Direction.OUTBOUND,
        created_at__gt=now - JUST_NOW,
        pk__gt=seen,
        author__isnull=False,
    )
    typed = theirs.exclude(author=user).exclude(origin__in=MACHINES)
    row = typed.exclude(status=Status.CANCELLED).latest_first().select_related("author").first()
    if row is None:
        return ""
    ago = max(round((now - row.created_at).total_seconds()), 1)
    return f"{_short(row.author)} texted {contact.short_name} {ago} s ago: send yours too?"


def _short(user: User | None) -> str:
    return (user.first_name if user else "") or wording.person(user)
