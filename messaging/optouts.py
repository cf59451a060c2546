"""The list of numbers that opted out, newest first, and whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from contacts import phones, search
from contacts.models import Contact, Phone
from contacts.models.member import seen_by
from contacts.paging import Page
from messaging.models import Recipient

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SIZE = 50


def found(typed: str, user: User, cursor: str = "") -> Page[Recipient]:
    """
    Those whose number holds the digits typed. cursor: where the page before ended; a broken one
    is the beginning. There is no way back but the browser's: a number is no place to count from.
    """
    rows = Recipient.objects.visible_to(user).opted_out().order_by("-opted_out_at", "-phone")
    if typed:
        digits = phones.digits(typed)
        rows = rows.filter(phone__contains=digits) if digits else rows.none()
    if place := _place(cursor):
        at, phone = place
        before = Q(opted_out_at__lt=at) | Q(opted_out_at=at, phone__lt=phone)
        rows = rows.filter(before, opted_out_at__lte=at)
    items = list(rows[: SIZE + 1])
    more, items = len(items) > SIZE, items[:SIZE]
    last = items[-1] if more else None
    at_last = last.opted_out_at if last else None
    return Page(items, next=f"{at_last.isoformat()}_{last.phone}" if last and at_last else "")


def owners(rows: list[Recipient], user: User) -> dict[str, list[Contact]]:
    """The contacts this user may see that have these numbers, in one query."""
    named: dict[str, list[Contact]] = {}
    known = seen_by(Phone.objects.select_related("contact"), user, "contact__team")
    known = known.filter(e164__in=[row.phone for row in rows])
    for phone in known.order_by("pk"):
        named.setdefault(phone.e164, []).append(phone.contact)
    return named


def _place(cursor: str) -> tuple[datetime, str] | None:
    moment, _, phone = search.clean(cursor).rpartition("_")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, phone) if at and at.tzinfo else None
