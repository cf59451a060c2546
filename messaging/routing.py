"""Which of our numbers a text leaves from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.models import Conversation, Number

if TYPE_CHECKING:
    from contacts.models import Contact


def number_for(contact: Contact | None, *, chosen: Number | None = None) -> Number | None:
    """The chosen one; else the one this contact was last in conversation with; else the default."""
    if chosen:
        return chosen
    return _last_used(contact) or Number.objects.active().filter(is_default=True).first()


def _last_used(contact: Contact | None) -> Number | None:
    if contact is None:
        return None
    row = Conversation.objects.filter(contact=contact, number__active=True).select_related("number")
    found = row.first()
    return found.number if found else None
