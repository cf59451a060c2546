"""Numbers that texted us, or were texted, and are nobody's yet: whose they turn out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contacts.models import Comment, Company, Contact, Deal, Phone
from contacts.models.member import team_of
from messaging import people, wording
from messaging.models import Conversation, Message

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def is_stranger(row: Conversation) -> bool:
    """No contact, or one that is called like its number because nobody named it yet."""
    contact = row.contact
    if contact is None:
        return True
    return contact.first_name == wording.show_phone(row.phone)[:80] and not contact.last_name


@transaction.atomic
def become_contact(row: Conversation, user: User) -> Contact | None:
    """The contact of a bare phone, made if nobody has it; None if no number of ours is known."""
    if row.contact or row.number is None:
        return row.contact
    contact = people.find(row.phone, row.number, user) or _new(row.phone, user)
    people.move(row, contact)
    return contact


@transaction.atomic
def belongs_to(row: Conversation, contact: Contact) -> int:
    """The thread, and the phone, are this contact's. Returns how many texts moved."""
    old = row.contact
    is_nameless = is_stranger(row)
    moved = people.move(row, contact)
    if old and moved and is_nameless and _is_empty(old):
        old.delete()
    return moved


def _new(phone: str, user: User) -> Contact:
    """Called like the number, until somebody types the name."""
    name = wording.show_phone(phone)[:80]
    contact = Contact.objects.create(first_name=name, team_id=team_of(user))
    if phone.startswith("+"):
        Phone.objects.create(contact=contact, e164=phone, is_primary=True)
    return contact


def _is_empty(contact: Contact) -> bool:
    """Nothing was ever noted about them, so nothing is lost with them."""
    if contact.notes or contact.email or contact.owner_id or contact.company_id:
        return False
    hanging = (
        Message.objects.filter(contact=contact),
        Comment.objects.on(contact),
        Deal.objects.filter(contact=contact),
        Company.objects.filter(main_contact=contact),
    )
    return not any(rows.exists() for rows in hanging)
