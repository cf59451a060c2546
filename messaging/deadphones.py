"""Phones a look-up found not to exist: noted; lifted by a person, or by a text of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone

from messaging import wire
from messaging.gateways.base import Finding
from messaging.models import Recipient

if TYPE_CHECKING:
    from contacts.models import Contact


def note(gateway: str, found: Mapping[str, Finding]) -> None:
    """Keep what was found out. One that is alive after all is dead no more."""
    now = timezone.now()
    Recipient.objects.bulk_create(map(Recipient, found), ignore_conflicts=True)
    for phone, one in found.items():
        words = f"{wire.TITLES.get(gateway, gateway)}: {one.state} ({one.detail})"[:160]
        row = Recipient.objects.filter(phone=phone)
        row.update(looked_up_at=now, look_up_words=words)
        if one.state == "dead":
            row.update(dead_at=now)
        elif one.state == "live":
            lift(phone)


def of(contact: Contact) -> dict[str, str]:
    """Those of this contact's phones that are noted as dead: what was said of each."""
    rows = Recipient.objects.dead().filter(phone__in=[one.e164 for one in contact.phones.all()])
    return dict(rows.values_list("phone", "look_up_words"))


def lift(phone: str) -> bool:
    """It is no dead number; whether it was called one."""
    return bool(Recipient.objects.dead().filter(phone=phone).update(dead_at=None))
