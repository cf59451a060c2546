"""Which of our numbers a text leaves from."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings

from contacts import phones
from contacts.comments import storable
from contacts.prepared import Prepared
from messaging import beside, preferences
from messaging.models import Conversation, Number

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact


def number_for(
    contact: Contact | None,
    *,
    chosen: Number | None = None,
    author: User | None = None,
    active: Iterable[Number] | None = None,
) -> Number | None:
    """
    The chosen one; else the one this contact was last in conversation with; else the one its
    author usually sends from; else the default. active: all in use, if they were fetched already.
    """
    return chosen or _last_used(contact) or preferences.number(author) or _default(active)


def ours(typed: str) -> Number | None:
    """The number in use, or the sender name, that somebody typed."""
    rows, name = Number.objects.active(), storable(typed).strip()
    if found := rows.filter(address=name[:16]).first():
        return found
    with suppress(phones.PhoneInvalid):
        return rows.filter(address=phones.parse(name, settings.DEFAULT_REGION)).first()
    return None


def _default(active: Iterable[Number] | None) -> Number | None:
    if active is None:
        return Number.objects.active().filter(is_default=True).first()
    return next((number for number in active if number.is_default), None)


_conversations = Prepared(
    lambda contact: (
        Conversation.objects.filter(contact_id=contact, number__active=True)
        .select_related("number")
        .only("number")
    ),
    int,
)


def _last_used(contact: Contact | None) -> Number | None:
    if contact is None:
        return None
    known = beside.is_known(contact)
    found = beside.conversation_of(contact) if known else _conversations.first(contact.pk)
    return found.number if found and found.number and found.number.active else None
