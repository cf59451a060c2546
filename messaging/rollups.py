"""What the contact list shows of the communications with a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Greatest

from contacts.models import Contact
from contacts.models.contact import NEVER
from messaging.bulk import many, time_value
from messaging.models import Direction, Message

_SENT = """
    UPDATE contacts_contact
       SET texts_sent = texts_sent + 1,
           last_texted_at = CASE WHEN last_texted_at < %s THEN %s ELSE last_texted_at END
     WHERE id = %s
"""


def count_sent(rows: Iterable[tuple[datetime, int]]) -> None:
    """Count texts that a gateway accepted: (when, contact id) for each."""
    many(_SENT, [(time_value(at), time_value(at), contact_id) for at, contact_id in rows])


def count_received(contact_id: int, at: datetime) -> None:
    """Count one text that came in."""
    Contact.objects.filter(pk=contact_id).update(
        texts_received=F("texts_received") + 1, last_reply_at=Greatest("last_reply_at", at)
    )


def recount(contact: Contact) -> None:
    """All of it anew, from the texts that are there: after some moved to or from this contact."""
    texts = Message.objects.filter(contact=contact)
    inbound = Q(direction=Direction.INBOUND)
    found = texts.aggregate(
        texts_sent=Count("pk", filter=Q(sent_at__isnull=False) & ~inbound),
        last_texted_at=Max("sent_at", filter=~inbound),
        texts_received=Count("pk", filter=inbound),
        last_reply_at=Max("created_at", filter=inbound),
    )
    news = {name: NEVER if value is None else value for name, value in found.items()}
    Contact.objects.filter(pk=contact.pk).update(**news)
