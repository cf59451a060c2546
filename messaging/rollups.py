"""What the contact list shows of the communications with a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Greatest

from contacts.models import Contact
from contacts.models.contact import NEVER
from messaging.bulk import time_value, together
from messaging.models import Direction, Message

#: Of somebody without a text.
NOTHING = {"texts_sent": 0, "last_texted_at": NEVER, "texts_received": 0, "last_reply_at": NEVER}

_SENT = """
    UPDATE contacts_contact
       SET texts_sent = texts_sent + column2,
           last_texted_at = CASE WHEN last_texted_at < column3 THEN column3
                                 ELSE last_texted_at END
      FROM ({rows}) AS news
     WHERE id = column1
"""


def count_sent(at: datetime, contact_ids: Iterable[int | None]) -> None:
    """Count texts that a gateway accepted: whom each went to, None where that was a bare number."""
    texts = Counter(pk for pk in contact_ids if pk is not None)
    when = time_value(at)
    rows = [(pk, count, when) for pk, count in sorted(texts.items())]
    together(_SENT, rows, "bigint, integer, timestamptz")


def count_received(contact_id: int, at: datetime) -> None:
    """Count one text that came in."""
    Contact.objects.filter(pk=contact_id).update(
        texts_received=F("texts_received") + 1, last_reply_at=Greatest("last_reply_at", at)
    )


def recount(contact: Contact) -> None:
    """All of it anew, from the texts that are there: after some moved to or from this contact."""
    recount_all({contact.pk})


def recount_all(pks: set[int]) -> None:
    """The same for many contacts."""
    inbound = Q(direction=Direction.INBOUND)
    texts = Message.objects.filter(contact__in=pks).order_by().values("contact")
    found = texts.annotate(
        texts_sent=Count("pk", filter=Q(sent_at__isnull=False) & ~inbound),
        last_texted_at=Max("sent_at", filter=~inbound),
        texts_received=Count("pk", filter=inbound),
        last_reply_at=Max("created_at", filter=inbound),
    )
    counted = {row["contact"]: row for row in found}
    for pk in pks:
        row: dict[str, Any] = {**counted.get(pk, {})}
        news = NOTHING | {k: row[k] for k in NOTHING if row.get(k) is not None}
        Contact.objects.filter(pk=pk).update(**news)
