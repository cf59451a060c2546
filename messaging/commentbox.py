"""What the box for comments tells while somebody types a trigger's prefix in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from messaging import beside, outbox, quiet_hours, routing, wording
from messaging.models import Channel, Number, Recipient, Trigger

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact, Record


def told(
    record: Record, author: User | None = None, *, active: list[Number] | None = None
) -> list[dict[str, str]]:
    """
    For each prefix that works on this record: to whom, from which number, and why not if it cannot
    be. active: our numbers in use, if they were fetched already.
    """
    rows = Trigger.objects.on(record)
    if not rows:
        return []
    contact = record.leads_to()
    phone = contact.phone_to_text() if contact else None
    usual = routing.number_for(contact, author=author, active=active)
    to = contact.short_name if contact and phone else ""
    blocked = _why_blocked(contact, phone.e164) if contact and phone else ""
    return [
        {
            "prefix": row.prefix,
            "to": to,
            "phone": phone.display if phone else "",
            "channel": row.channel,
            "from": number.label if number else "",
            "app": row.way.app,
            "refusal": _why_nobody(record, contact, to, row.way)
            or blocked
            or _why_no_number(number, row.way),
            "night": quiet_hours.warn(contact, phone.e164) if phone and row.is_call else "",
        }
        for row in rows
        for number in [row.number or usual]
    ]


def _why_nobody(record: Record, contact: Contact | None, to: str, way: Channel) -> str:
    if contact is None:
        return f"{record} leads to no contact, so there is nobody to {way.to_do}."
    if not to:
        return f"{contact.short_name} has no phone number to {way.to_do}."
    return ""


def _why_blocked(contact: Contact, phone: str) -> str:
    if not beside.maybe_blocked(contact):
        return ""
    recipient = Recipient.objects.opted_out().filter(phone=phone).first()
    return wording.opted_out(recipient) if recipient else ""


def _why_no_number(number: Any, way: Channel) -> str:
    if number is None:
        return wording.NO_NUMBER
    if not number.active:
        return f"{number} is switched off."
    return outbox.why_not(number, way)
