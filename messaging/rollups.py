"""What the contact list shows of the communications with a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from contacts.models import Contact
from messaging.bulk import many, time_value

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
