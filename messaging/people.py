"""Whose number is it? The contact a phone speaks for."""

from __future__ import annotations

from contacts import phones
from contacts.models import Contact, Phone
from messaging.models import Direction, Message, Number


def find(phone: str, number: Number) -> Contact | None:
    """
    The contact with this phone (E.164). Of several, the one last texted from `number`, else the
    one last texted at all, else the one who was there first.
    """
    candidates = list(
        Contact.objects.filter(phones__e164=phone).order_by("-last_texted_at", "pk").distinct()
    )
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    last = (
        Message.objects.filter(
            phone=phone, number=number, direction=Direction.OUTBOUND, contact__in=candidates
        )
        .latest_first()
        .select_related("contact")
        .first()
    )
    return last.contact if last else candidates[0]


def find_or_create(phone: str, number: Number) -> Contact:
    """The same, but somebody unknown becomes a contact named by the number."""
    return find(phone, number) or _create(phone)


def others(phone: str, contact: Contact) -> list[Contact]:
    """Who else has this phone: shown openly as “also on …”."""
    rows = Contact.objects.filter(phones__e164=phone).exclude(pk=contact.pk)
    return list(rows.order_by("sort_name", "pk").distinct()[:5])


def _create(phone: str) -> Contact:
    contact = Contact.objects.create(first_name=phones.show(phone))
    Phone.objects.create(contact=contact, e164=phone, kind=Phone.Kind.MOBILE, is_primary=True)
    return contact
