"""Texts that come in: to whom they belong, what they answer, and what they ask of us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models.functions import Coalesce

from contacts.models import Contact
from messaging import consent, deadphones, people, replied, rollups, tracks
from messaging.gateways.base import InboundText
from messaging.mail import letters
from messaging.models import Direction, Message, Number, Origin, Status
from messaging.models.erased import erased_id
from messaging.segments import measure

REPEAT_WINDOW = timedelta(minutes=10)
LATEST = timedelta(days=4)  # a gateway tries again for this long; an older time of its is no time

#: What somebody can have answered: it left, or may have.
_LEFT = (Status.SENDING, Status.SENT, Status.DELIVERED, Status.UNDELIVERED, Status.UNCONFIRMED)


def arrive(news: InboundText, gateway: str, at: datetime) -> Message | None:
    """
    Store an inbound text once, show it where it belongs, and heed what it asks.

    at: when its webhook came. None if it was stored already.
    """
    number = people.ours(news.to, gateway)
    people.hold(news.sender)
    news = replace(news, sender=news.sender[:16], external_id=_own_id(news, gateway))
    if _is_repeat(news, number, gateway, at):
        return None
    contact = people.find_or_create(news.sender, number)
    message = _store(news, gateway, number, contact, at)
    _show(message)
    replied.take_back(contact, message.phone)
    deadphones.lift(message.phone)
    consent.heed(message, said_at(news, at))
    letters.tell_of(message)
    return message


def said_at(news: InboundText, came_at: datetime) -> datetime:
    """When it was texted: the gateway's word, where that can be; else when it came."""
    if news.sent_at and came_at - LATEST < news.sent_at < came_at:
        return news.sent_at
    return came_at


def _store(
    news: InboundText, gateway: str, number: Number, contact: Contact, at: datetime
) -> Message:
    size = measure(news.text)
    return Message.objects.create(
        direction=Direction.INBOUND,
        status=Status.RECEIVED,
        origin=Origin.GATEWAY,
        number=number,
        gateway=gateway,
        contact=contact,
        phone=news.sender,
        text=news.text,
        encoding=size.encoding,
        segments=min(size.segments, 32_767),
        external_id=news.external_id,
        reply_to=_answered(news.sender, number),
        created_at=at,
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


def _is_repeat(news: InboundText, number: Number, gateway: str, at: datetime) -> bool:
    """
    The same text again: by the gateway's id; without one, by its words within ten minutes (of
    two copies the later may be here first), with nothing but our automatic answers between.
    """
    mine = Message.objects.filter(phone=news.sender, number=number)
    came, left = mine.filter(direction=Direction.INBOUND), mine.filter(direction=Direction.OUTBOUND)
    if news.external_id:
        known = came.filter(gateway=gateway, external_id=news.external_id)
        erased = Message.objects.filter(
            gateway=gateway,
            direction=Direction.INBOUND,
            external_id=erased_id(news.sender, news.external_id),
        )
        return known.exists() or erased.exists()
    typed = left.exclude(origin=Origin.AUTOMATIC)
    around = (at - REPEAT_WINDOW, at + REPEAT_WINDOW)
    same = came.filter(text=news.text, created_at__range=around).latest_first()[:20]
    between = (sorted((row.created_at, at)) for row in same)
    return any(not typed.filter(created_at__range=times).exists() for times in between)


def _own_id(news: InboundText, gateway: str) -> str:
    """The gateway's id, or none if it gave somebody else the same: no text is lost."""
    same = Message.objects.filter(
        gateway=gateway, direction=Direction.INBOUND, external_id=news.external_id[:64]
    )
    taken = same.exclude(phone=news.sender[:16], number__address=news.to[:16]).exists()
    return "" if taken else news.external_id[:64]


def _answered(phone: str, number: Number) -> Message | None:
    """The last text that went from this number of ours to that phone, typed by a person."""
    sent = Message.objects.filter(
        phone=phone, number=number, direction=Direction.OUTBOUND, status__in=_LEFT
    )
    typed = sent.exclude(origin=Origin.AUTOMATIC)
    return typed.order_by(Coalesce("sent_at", "send_after").desc(), "-pk").first()
