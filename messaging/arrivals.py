"""Texts that come in: to whom they belong, what they answer, and what they ask of us."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from contacts.models import Contact
from messaging import consent, people, rollups, tracks
from messaging.gateways.base import InboundText
from messaging.models import Direction, Message, Number, Origin, Recipient, Status
from messaging.segments import measure

REPEAT_WINDOW = timedelta(minutes=10)


def arrive(news: InboundText, gateway: str) -> Message | None:
    """Store an inbound text once, show it where it belongs, and heed what it asks."""
    number = _number(news.to, gateway)
    _lock(news.sender)
    if _is_repeat(news, number):
        return None
    contact = people.find_or_create(news.sender, number)
    message = _store(news, number, contact)
    _show(message)
    _take_back(contact)
    consent.heed(message)
    return message


def _store(news: InboundText, number: Number, contact: Contact) -> Message:
    size = measure(news.text)
    return Message.objects.create(
        direction=Direction.INBOUND,
        status=Status.RECEIVED,
        origin=Origin.GATEWAY,
        number=number,
        gateway=number.gateway,
        contact=contact,
        phone=news.sender[:16],
        text=news.text,
        encoding=size.encoding,
        segments=size.segments,
        external_id=news.external_id[:64],
        reply_to=_answered(news.sender, number),
    )


def _show(message: Message) -> None:
    """On the contact's timeline, on the record whose comment it answers, in the inbox."""
    tracks.add(message)
    if message.reply_to:
        for track in message.reply_to.tracks.filter(is_original=True).select_related("comment"):
            record = track.comment.record
            if record is not None and record != message.contact:
                tracks.add(message, on=record, is_original=False)
    tracks.converse(message)
    if message.contact_id:
        rollups.count_received(message.contact_id, message.created_at)


def _take_back(contact: Contact) -> None:
    """Texts that were to go out only if no answer came."""
    now = timezone.now()
    Message.objects.filter(contact=contact, status=Status.QUEUED, cancel_on_reply=True).update(
        status=Status.CANCELLED, reason="replied", settled_at=now, updated_at=now
    )


def _number(address: str, gateway: str) -> Number:
    """The number it was sent to; one that nobody added yet is kept switched off, not lost."""
    number, _ = Number.objects.get_or_create(
        address=address[:16],
        defaults={"label": "Not added yet", "gateway": gateway, "active": False},
    )
    return number


def _lock(phone: str) -> None:
    """Two copies of one webhook that arrive together wait for each other here."""
    Recipient.objects.get_or_create(phone=phone[:16])
    Recipient.objects.select_for_update().get(phone=phone[:16])


def _is_repeat(news: InboundText, number: Number) -> bool:
    """The same text again: by the gateway's id, else by its words with nothing sent between."""
    mine = Message.objects.filter(phone=news.sender[:16], number=number)
    if news.external_id:
        return mine.filter(direction=Direction.INBOUND, external_id=news.external_id[:64]).exists()
    lately = mine.filter(created_at__gt=timezone.now() - REPEAT_WINDOW).latest_first()
    for row in lately[:20]:
        if row.is_outbound:
            return False
        if row.text == news.text:
            return True
    return False


def _answered(phone: str, number: Number) -> Message | None:
    """The last text that went from this number of ours to that phone."""
    sent = Message.objects.filter(phone=phone, number=number, direction=Direction.OUTBOUND)
    return sent.exclude(status__in=[Status.CANCELLED, Status.FAILED]).latest_first().first()
