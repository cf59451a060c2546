"""
Texts are for people: what waits follows somebody to another phone, when a person changes it. It
would reach whoever has the old number, or nobody.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from contacts import changes, phones
from contacts.models import Contact, Phone
from messaging import countries
from messaging.models import BroadcastRecipient, Direction, Message, Recipient, Status

TWICE = "The same number is in this broadcast already."


def listen() -> None:
    changes.changed.connect(_changed, dispatch_uid="messaging.following")


def phone_now(contact: Contact | None, phone: str) -> str:
    """The phone itself, or the one they have instead where it is theirs no more."""
    theirs = contact.phone_to_text() if contact else None
    if contact is None or theirs is None or contact.phones.filter(e164=phone).exists():
        return phone
    return theirs.e164


def follow_all(rows: QuerySet[BroadcastRecipient]) -> None:
    """The same for those of a broadcast who are to be texted, but that no number gets it twice."""
    theirs = Phone.objects.filter(contact=OuterRef("contact"), e164=OuterRef("phone"))
    for row in rows.exclude(contact=None).exclude(Exists(theirs)).select_related("contact"):
        _follow(row, phone_now(row.contact, row.phone))


def _changed(
    record: Any, before: changes.Snapshot, after: changes.Snapshot, **_: Any
) -> list[dict[str, str]]:
    """What stands on the timeline beside the change of their phones."""
    if not isinstance(record, Contact) or before.get("phones") == after.get("phones"):
        return []
    theirs = record.phones.values("e164")
    lost = Message.objects.filter(
        contact=record, direction=Direction.OUTBOUND, status=Status.QUEUED
    ).exclude(phone__in=theirs)
    now = _successor(record, before)
    _follow_in_broadcasts(record, theirs, now)
    many = Counter(lost.order_by().values_list("phone", flat=True))
    _send_to(lost, now)
    return [_told(phone, now, n) for phone, n in sorted(many.items())]


def _successor(contact: Contact, before: changes.Snapshot) -> str:
    """The only new phone they were given, else the one that is texted; "" for none to be texted."""
    was = before.get("phones", ("", ""))[1]
    new = [phone for phone in contact.phones.all() if f"{phone.display} (" not in was]
    phone = new[0] if len(new) == 1 else contact.phone_to_text()
    return "" if phone is None or countries.refusal(phone.e164) else phone.e164


def _send_to(lost: QuerySet[Message], phone: str) -> None:
    """What was claimed meanwhile is on its way; where there is no phone they are taken back."""
    now = timezone.now()
    if phone:
        Recipient.objects.get_or_create(phone=phone)
        lost.update(phone=phone, updated_at=now)
    else:
        lost.update(status=Status.CANCELLED, settled_at=now, updated_at=now)


def _follow_in_broadcasts(contact: Contact, theirs: Any, now: str) -> None:
    """Before their texts do: a number that has its text of a broadcast gets no second one."""
    rows = BroadcastRecipient.objects.filter(
        Q(message=None) | Q(message__status=Status.QUEUED), contact=contact, problem=""
    ).exclude(phone__in=theirs)
    for row in rows.select_related("message") if now else ():
        _follow(row, now)


def _follow(row: BroadcastRecipient, phone: str) -> None:
    row_of = BroadcastRecipient.objects.filter(pk=row.pk)
    others = BroadcastRecipient.objects.filter(broadcast=row.broadcast_id, problem="")
    if not others.exclude(pk=row.pk).filter(phone=phone).exists():
        row_of.update(phone=phone)
    elif row.message_id:
        _send_to(Message.objects.filter(pk=row.message_id, status=Status.QUEUED), "")
    else:
        row_of.update(problem=TWICE)


def _told(phone: str, now: str, many: int) -> dict[str, str]:
    texts = f"{many} waiting text{'' if many == 1 else 's'}"
    label = f"Recipient of {texts}" if now else f"{texts} to"
    after = phones.show(now) if now else ""
    return {"field": "texts", "label": label, "before": phones.show(phone), "after": after}
