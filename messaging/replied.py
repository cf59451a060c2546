"""Texts that were to go out only if no answer came: one did."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from contacts.models import Contact
from messaging.models import Direction, Message, Status


def take_back(contact: Contact, phone: str) -> None:
    """What waits for whoever answered: for this contact, or for that very phone, whosever it is."""
    _take_back(Q(contact=contact) | Q(phone=phone))


def take_back_answered(contact: Contact) -> None:
    """The same for one who was given answers since: by a merge, or because a person said so."""
    answers = Message.objects.filter(contact=contact, direction=Direction.INBOUND)
    later = answers.filter(created_at__gt=OuterRef("created_at"))
    _take_back(Q(Exists(later), contact=contact))


def _take_back(waiting: Q) -> None:
    now = timezone.now()
    Message.objects.filter(waiting, status=Status.QUEUED, cancel_on_reply=True).update(
        status=Status.CANCELLED, reason="replied", settled_at=now, updated_at=now
    )
