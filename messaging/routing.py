"""Which of our numbers a text leaves from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.prepared import Prepared
from messaging import preferences
from messaging.models import Conversation, Number

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact


def number_for(
    contact: Contact | None, *, chosen: Number | None = None, author: User | None = None
) -> Number | None:
    """
    The chosen one; else the one this contact was last in conversation with; else the one its
    author usually sends from; else the default.
    """
    return (
        chosen
        or _last_used(contact)
        or preferences.number(author)
        or Number.objects.active().filter(is_default=True).first()
    )


_conversations = Prepared(
    lambda contact: (
        Conversation.objects.filter(contact_id=contact, number__active=True)
        .select_related("number")
        .only("number")
    ),
    int,
)


def _last_used(contact: Contact | None) -> Number | None:
    found = _conversations.first(contact.pk) if contact else None
    return found.number if found else None
