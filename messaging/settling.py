"""What the list of contacts and the inbox show of people: counted anew from the texts there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from contacts.importing.writing import among
from contacts.models import Contact
from messaging import rollups
from messaging.models import Conversation, Direction, Message, Origin

_OF_A_ROW = ("phone", "number", "last_message", "last_at", "unread")
_UNREAD = {"direction": Direction.INBOUND, "read_at": None}


def settle(contacts: Iterable[Contact]) -> None:
    """Roll-ups and inbox rows of these, in a few statements however many they are."""
    pks = {contact.pk for contact in contacts}
    if not pks:
        return
    rollups.recount_all(pks)
    rows = {row.contact_id: row for row in _rows(pks)}
    there = Conversation.objects.filter(contact__in=among(pks))
    there.exclude(contact__in=among(pk for pk in rows if pk)).delete()
    kept: dict[int | None, int] = dict(there.values_list("contact", "pk"))
    for contact, row in rows.items():
        row.pk = kept.get(contact)
    Conversation.objects.bulk_update([row for row in rows.values() if row.pk], _OF_A_ROW)
    Conversation.objects.bulk_create([row for row in rows.values() if not row.pk])


def settle_phone(phone: str) -> None:
    """The inbox row of a phone that is no contact's."""
    bare: dict[str, Any] = {"contact": None, "phone": phone}
    texts = Message.objects.filter(**bare).latest_first()
    if last := texts.exclude(origin=Origin.BROADCAST).first() or texts.first():
        row = _row(last, texts.filter(**_UNREAD).count())
        shown = {name: getattr(row, name) for name in _OF_A_ROW}
        first = shown | {"done_at": row.done_at}
        Conversation.objects.update_or_create(**bare, defaults=shown, create_defaults=first)
    else:
        Conversation.objects.filter(**bare).delete()


def _rows(pks: set[int]) -> Iterator[Conversation]:
    """What the inbox shows of those who have a text; of a broadcast only if there is no other."""
    theirs = Message.objects.filter(contact=OuterRef("pk")).latest_first().values("pk")
    people = Contact.objects.filter(pk__in=among(pks))
    talk = Subquery(theirs.exclude(origin=Origin.BROADCAST)[:1])
    newest = Coalesce(talk, Subquery(theirs[:1]))
    lasts = people.annotate(last=newest).values_list("last", flat=True)
    unread = _unread(pks)
    found = Message.objects.filter(pk__in=among(pk for pk in lasts if pk))
    for last in found.select_related("number"):
        yield _row(last, unread.get(last.contact_id, 0))


def _unread(pks: set[int]) -> dict[Any, int]:
    rows = Message.objects.filter(**_UNREAD, contact__in=among(pks))
    return dict(rows.order_by().values_list("contact").annotate(n=Count("pk")))


def _row(last: Message, unread: int) -> Conversation:
    return Conversation(
        contact_id=last.contact_id,
        phone=last.phone,
        number=last.number,
        last_message=last,
        last_at=last.created_at,
        done_at=last.created_at if last.origin == Origin.BROADCAST else None,
        unread=unread,
    )
