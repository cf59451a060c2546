"""Whose number is it? The contact a phone speaks for, and how a person corrects that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from contacts import phones
from contacts.models import Comment, Contact, Phone
from messaging import replied, rollups, settling, tracks
from messaging.models import Belongs, Conversation, Direction, Message, Number, Recipient
from messaging.models.erased import ERASED

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_OTHERS = 50


#: The label of a number of ours until somebody adds it.
NOT_ADDED = "Not added yet"


def ours(address: str, gateway: str) -> Number:
    """The number of ours; one that nobody added yet is kept switched off, not lost."""
    number, _ = Number.objects.get_or_create(
        address=address[:16],
        defaults={"label": NOT_ADDED, "gateway": gateway, "active": False},
    )
    return number


def hold(phone: str) -> None:
    """Whatever happens to one phone's texts happens one after the other: they wait here."""
    Recipient.objects.get_or_create(phone=phone[:16])
    Recipient.objects.select_for_update().get(phone=phone[:16])


def hold_all(phones: Iterable[str]) -> set[str]:
    """The same for many, in an order of their own; those nobody had heard of."""
    wanted = sorted({phone[:16] for phone in phones})
    there = Recipient.objects.filter(phone__in=wanted)
    new = set(wanted) - set(there.values_list("phone", flat=True))
    Recipient.objects.bulk_create(map(Recipient, sorted(new)), ignore_conflicts=True)
    list(there.select_for_update().order_by("phone").values_list("phone", flat=True))
    return new


def find(phone: str, number: Number | None, user: User | None = None) -> Contact | None:
    """
    Of the contacts this user may see (without one: of all), the one a person said it is. Else the
    contact with this phone (E.164); of several, the one last texted from `number` (None: one that
    we do not know), else the one last texted at all, else the one there first.
    """
    rows = Contact.objects.visible_to(user) if user else Contact.objects.all()
    said = Belongs.objects.filter(phone=phone, number=number).values("contact")
    found: Contact | None = rows.filter(pk__in=said).first()
    if found:
        return found
    candidates = list(
        rows.filter(phones__e164=phone).order_by("archived_at", "-last_texted_at", "pk").distinct()
    )
    candidates.sort(key=lambda contact: contact.archived_at is not None)
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    sent = Message.objects.filter(phone=phone, number=number, direction=Direction.OUTBOUND)
    last = sent.filter(contact__in=candidates).latest_first().select_related("contact").first()
    return last.contact if last else candidates[0]


def find_or_create(phone: str, number: Number) -> Contact:
    """The same, but somebody unknown becomes a contact named by the number."""
    return find(phone, number) or create(phone, number)


def others(phones: Iterable[str], contact: Contact, user: User) -> dict[str, list[Contact]]:
    """Who else has these phones, as far as this user may know: shown openly as “also on …”."""
    rows = Phone.objects.filter(
        e164__in=set(phones), contact__in=Contact.objects.visible_to(user)
    ).exclude(contact=contact)
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in rows.select_related("contact").order_by("contact__sort_name", "pk")[:MOST_OTHERS]:
        found[row.e164].append(row.contact)
    return found


def create(phone: str, number: Number, name: tuple[str, str] = ("", "")) -> Contact:
    """
    Of a phone that is nobody's yet, with what was texted to and fro while it was; name: first and
    last, instead of the number.
    """
    first_name, last_name = name if any(name) else (phones.show(phone)[:80], "")
    contact = Contact.objects.create(first_name=first_name, last_name=last_name)
    if phone.startswith("+"):
        Phone.objects.create(contact=contact, e164=phone, kind=Phone.Kind.MOBILE, is_primary=True)
    else:  # a short code or a sender's name, which nobody can text
        Belongs.objects.create(phone=phone, number=number, contact=contact)
    for message in Message.objects.filter(phone=phone, contact=None).select_related("number"):
        message.contact = contact
        message.save(update_fields=["contact"])
        tracks.add(message)
    Conversation.objects.filter(contact=None, phone=phone).delete()
    rollups.recount(contact)
    return contact


@transaction.atomic
def move(thing: Message | Conversation, contact: Contact) -> int:
    """
    Say that a thread is this contact's: of a conversation all of it, of a message that one and
    what came after it. Later texts from the phone to that number of ours follow. Returns how
    many texts moved.
    """
    if thing.number is None or thing.contact == contact or thing.phone == ERASED:
        return 0
    phone, number, old = thing.phone, thing.number, thing.contact
    hold(phone)
    Belongs.objects.update_or_create(phone=phone, number=number, defaults={"contact": contact})
    _give_phone(contact, phone)
    rows = Message.objects.filter(phone=phone, number=number, contact=old)
    if isinstance(thing, Message):
        rows = rows.filter(created_at__gte=thing.created_at)
    moved = list(rows.select_related("number", "author"))
    for message in moved:
        _move_one(message, old, contact)
    settling.settle(filter(None, (old, contact)))
    if old is None:
        settling.settle_phone(phone)
    replied.take_back_answered(contact)
    return len(moved)


def _move_one(message: Message, old: Contact | None, contact: Contact) -> None:
    message.contact, message.updated_at = contact, timezone.now()
    message.save(update_fields=["contact", "updated_at"])
    entries = Comment.objects.on(old).filter(track__message=message) if old else None
    if not entries or not entries.update(object_id=contact.pk):
        tracks.add(message, is_original=False)


def _give_phone(contact: Contact, phone: str) -> None:
    if phone.startswith("+"):
        primary = not contact.phones.filter(is_primary=True).exists()
        Phone.objects.get_or_create(
            contact=contact,
            e164=phone,
            defaults={"kind": Phone.Kind.OTHER, "is_primary": primary},
        )
