"""What the ledger says of a contact's phones, for whoever looks at them: out, in, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery

from messaging.models import ConsentEvent, Recipient

if TYPE_CHECKING:
    from contacts.models import Contact

Kind, Source = ConsentEvent.Kind, ConsentEvent.Source


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the number opted out, or else its owner agreed to texts; and since when."""

    is_out: bool
    at: datetime


def agreements() -> QuerySet[ConsentEvent]:
    """That owners agreed, or that this was taken back; the last first. A gateway's word is none."""
    said = ConsentEvent.objects.filter(kind__in=[Kind.OPTED_IN, Kind.RETRACTED])
    return said.exclude(source=Source.GATEWAY).order_by("-at", "-pk")


def of(contact: Contact) -> dict[str, Standing]:
    """By number (E.164); a phone of which nothing is known is not in it. One query."""
    last = agreements().filter(recipient=OuterRef("phone"))
    rows = Recipient.objects.filter(phone__in=[one.e164 for one in contact.phones.all()])
    said = rows.annotate(
        agreement=Subquery(last.values("kind")[:1]), agreed_at=Subquery(last.values("at")[:1])
    )
    known = said.filter(~Q(opted_out_at=None) | Q(agreement=Kind.OPTED_IN))
    found = known.values_list("phone", "opted_out_at", "agreed_at")
    return {phone: Standing(out is not None, out or agreed) for phone, out, agreed in found}
