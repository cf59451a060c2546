"""Who a broadcast is for: contacts by tag or by the list's filters, and pasted numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict

from contacts import phones
from contacts.filters import ContactFilters
from contacts.importing.writing import among
from contacts.models import Contact
from messaging.models import Broadcast

EVERYBODY = "q="  # the contact list without a filter
MOST = 10_000  # contacts that are counted while somebody chooses
_BETWEEN = re.compile(r"[\n\r,;]+")
#: `mobile: +1 …`, `Ada <+1 …>`, and two cells out of a spreadsheet; what says who has no digits.
_NAMED = re.compile(r"[^\d+]*[:<\t]([^:<>\t]+)>?")


def contacts(broadcast: Broadcast) -> Any:
    """Those its author may see, in no order; nobody where neither tags nor a query are given."""
    tags = list(broadcast.tags.values_list("pk", flat=True))
    return found_by(broadcast.author, broadcast.query, tags)


def count(author: Any, query: str, tags: Sequence[int]) -> int:
    """How many contacts they find; of more than MOST, one more."""
    return len(found_by(author, query, tags).values_list("pk")[: MOST + 1])


def found_by(author: Any, query: str, tags: Sequence[int]) -> Any:
    """See contacts()."""
    rows = Contact.objects.visible_to(author)
    if not tags and not query:
        return rows.none()
    try:
        filters = ContactFilters(QueryDict(query), queryset=rows)
    except TooManyFieldsSent:
        return rows.none()
    # A list leaves out a filter it cannot read; here that would text everybody.
    if query and not filters.is_understood:
        return rows.none()
    found = filters.qs
    if tags:
        found = found.filter(
            pk__in=Contact.tags.through.objects.filter(tag__in=tags).values("contact")
        )
    return found.order_by()


def pasted(broadcast: Broadcast) -> list[str]:
    """What was pasted, a number each, as it was typed."""
    return [part.strip() for part in _BETWEEN.split(broadcast.pasted) if part.strip()]


def read_phone(typed: str) -> str:
    """E.164, or "" if it is no number, nor one with words before it that say whose or what."""
    named = _NAMED.fullmatch(typed)
    try:
        return phones.parse(named[1] if named else typed, settings.DEFAULT_REGION)
    except phones.PhoneInvalid:
        return ""


def owners(broadcast: Broadcast, found: Iterable[str]) -> dict[str, Contact]:
    """Whose these phones are, as far as the author may see: the one who had it first."""
    rows = Contact.objects.visible_to(broadcast.author).filter(phones__e164__in=among(found))
    known: dict[str, Contact] = {}
    for contact in (
        rows.prefetch_related("phones").select_related("owner", "company").order_by("pk")
    ):
        for phone in contact.phones.all():
            known.setdefault(phone.e164, contact)
    return known
