"""What a contact's page needs to know of texting, fetched with the contact itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from contacts.models import Contact, Phone
from contacts.views import kinds
from messaging import standing
from messaging.models import Conversation, Recipient, Typing

if TYPE_CHECKING:
    from django.db.models import QuerySet


def join_pages() -> None:
    """Let the pages of contacts fetch this; see contacts.views.kinds.follow."""
    kinds.follow(Contact, fetch)


def fetch(rows: QuerySet[Any]) -> QuerySet[Any]:
    """
    Contacts with their conversation, its number and whose it is; and whether it is worth while to
    ask who opted out (any_blocked) or agreed (any_agreed), which number does not exist (any_dead)
    or who of the team is writing to them (any_typing).
    """
    phone = OuterRef("e164")
    blocked = Recipient.objects.opted_out().filter(phone=phone)
    agreed = standing.agreements().filter(recipient=phone)
    dead = Recipient.objects.dead().filter(phone=phone)
    typing = Typing.objects.filter(contact=OuterRef("pk"))  # whenever: asked again, if there is any
    beside = rows.select_related("conversation__number", "conversation__assignee")
    found: QuerySet[Any] = beside.annotate(
        any_blocked=_of_a_phone(blocked),
        any_agreed=_of_a_phone(agreed),
        any_dead=_of_a_phone(dead),
        any_typing=Exists(typing),
    )
    return found


def _of_a_phone(rows: QuerySet[Any]) -> Exists:
    """Whether a phone of the contact has such rows."""
    return Exists(Phone.objects.filter(Exists(rows), contact=OuterRef("pk")))


def conversation_of(contact: Contact) -> Conversation | None:
    """Its conversation, asked for once at most."""
    if not is_known(contact):
        beside = Conversation.objects.select_related("number", "assignee")
        _relation().set_cached_value(contact, beside.filter(contact=contact).first())
    row: Conversation | None = _relation().get_cached_value(contact)
    if row:
        row.contact = contact
    return row


def is_known(contact: Contact) -> bool:
    """Whether the conversation was fetched already."""
    return bool(_relation().is_cached(contact))


def forget(contact: Contact) -> None:
    """What was fetched is no longer true."""
    if is_known(contact):
        _relation().delete_cached_value(contact)


def maybe_blocked(contact: Contact) -> bool:
    return bool(getattr(contact, "any_blocked", True))


def maybe_agreed(contact: Contact) -> bool:
    return bool(getattr(contact, "any_agreed", True))


def maybe_dead(contact: Contact) -> bool:
    return bool(getattr(contact, "any_dead", True))


def maybe_typing(contact: Contact) -> bool:
    return bool(getattr(contact, "any_typing", True))


def _relation() -> Any:
    return Conversation._meta.get_field("contact").remote_field
