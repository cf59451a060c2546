"""Storing a message to be sent: all that can be refused is refused here, in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from contacts import phones
from contacts.comments import storable
from contacts.prepared import Prepared
from messaging import countries, following, queue, segments, wire
from messaging.models import Channel, Direction, Message, Number, Origin, Recipient, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact
    from messaging.gateways.base import Gateway

MAX_SEGMENTS = 10
#: Characters. Spoken, a thousand are about a minute: whoever answers cannot turn back a page. Of
#: the apps D7 says so (docs/gateways.md).
MOST = {Channel.CALL: 1_000, Channel.VIBER: 1_000, Channel.WHATSAPP: 4_096}
#: Channels that leave from a number; a registered name will do for the others.
FROM_NUMBERS = (Channel.CALL, Channel.WHATSAPP)
SHELF_LIFE = timedelta(hours=24)  # after this a text is stale and is not sent any more


_recipients = Prepared(lambda phone: Recipient.objects.filter(pk=phone), str)


class CannotSend(ValueError):
    """Why a text was not accepted: one plain sentence for its author."""


def enqueue(
    *,
    text: str,
    phone: str,
    number: Number | None,
    origin: Origin,
    author: User | None = None,
    contact: Contact | None = None,
    send_after: datetime | None = None,
    cancel_on_reply: bool = False,
    retry_of: Message | None = None,
    reply_to: Message | None = None,
    is_confirmation: bool = False,
    channel: Channel = Channel.SMS,
) -> Message:
    """
    Store one message to `phone` (E.164) and ring the queue on commit.

    Raises CannotSend, and then nothing is stored.
    """
    message = _draft(
        checked_text(text, channel),
        _checked_number(number, channel),
        send_after or timezone.now(),
        channel,
    )
    if refusal := countries.refusal(phone):
        raise CannotSend(refusal)
    if not is_confirmation:
        _check_recipient(phone, channel)
    message.phone, message.origin = phone, origin
    message.author, message.contact = author, contact
    message.retry_of, message.reply_to = retry_of, reply_to
    message.cancel_on_reply, message.is_confirmation = cancel_on_reply, is_confirmation
    # No savepoint, and all refusals before it: who catches one keeps a transaction that works.
    with transaction.atomic(savepoint=False):
        message.save(force_insert=True)
        queue.ring()
    return message


def _draft(text: str, sender: Number, send_after: datetime, channel: Channel) -> Message:
    """Not stored yet: whom it goes to, and why, is still to be said."""
    return Message(
        channel=channel,
        direction=Direction.OUTBOUND,
        status=Status.QUEUED,
        number=sender,
        gateway=sender.gateway,
        **sized(text, channel),
        send_after=send_after,
        expires_at=send_after + SHELF_LIFE,
    )


@transaction.atomic
def send_again(message: Message, *, author: User | None) -> Message:
    """
    A new message with the words of one that failed, linked to it; to the phone its contact has
    now. Raises CannotSend.
    """
    # Two people who press at the same moment take turns here, and the second is refused.
    message = Message.objects.select_for_update(of=["self"]).get(pk=message.pk)
    if message.status not in {Status.FAILED, Status.UNDELIVERED, Status.CANCELLED}:
        raise CannotSend("Only what was not delivered can be sent again.")
    if message.retries.not_given_up().exists():
        raise CannotSend("This was sent again already.")
    return enqueue(
        text=message.text,
        phone=following.phone_now(message.contact, message.phone),
        number=message.number,
        origin=Origin(message.origin),
        author=author,
        contact=message.contact,
        retry_of=message,
        channel=Channel(message.channel),
    )


def sized(text: str, channel: str) -> dict[str, Any]:
    """What is stored of the words: only a text has an alphabet and segments."""
    if channel != Channel.SMS:
        return {"text": text, "encoding": "", "segments": 0}
    measure = segments.measure(text)
    return {"text": text, "encoding": measure.encoding, "segments": measure.segments}


def checked_text(text: str, channel: str = Channel.SMS) -> str:
    """The words as they are stored. Raises CannotSend if they are none or too many."""
    text = storable(text).strip()
    if not text:
        raise CannotSend("There are no words to send.")
    if most := MOST.get(Channel(channel)):
        if len(text) > most:
            raise CannotSend(_too_much(text, Channel(channel), most))
        return text
    if len(text) > MAX_SEGMENTS * 160:
        raise CannotSend(_too_long(f"{len(text):,} characters"))
    if (count := segments.measure(text).segments) > MAX_SEGMENTS:
        raise CannotSend(_too_long(f"{count} SMS"))
    return text


def _too_much(text: str, way: Channel, most: int) -> str:
    size = f"{len(text):,} characters"
    if way is Channel.CALL:
        return f"This is too long to be spoken: {size}, and a call speaks at most {most:,}."
    return f"This is too long for {way.app}: {size}, and at most {most:,} fit into a message."


def _too_long(size: str) -> str:
    return f"This text is too long: {size}, and at most {MAX_SEGMENTS} SMS can be sent as one."


def _checked_number(number: Number | None, channel: Channel) -> Number:
    if number is None:
        raise CannotSend("There is no number to send from yet: add one of yours under Numbers.")
    if not number.active:
        raise CannotSend(f"{number} is switched off: choose another number to send from.")
    if refusal := why_not(number, channel):
        raise CannotSend(refusal)
    return number


def why_not(number: Number, channel: str) -> str:
    """Why nothing can go out from it by this channel, in one sentence; "" if it can."""
    way = Channel(channel)
    if way is Channel.SMS:  # every gateway carries texts, and they wait for one that is missing
        return ""
    if way in FROM_NUMBERS and not number.can_receive:
        return f"{number} is a name, and a name cannot {way.to_do}: choose a number."
    if number.gateway not in wire.available():
        return wire.missing(number.gateway)
    gateway = wire.build(number.gateway)
    if wire.carries(gateway, way):
        return ""
    title, carried = wire.TITLES[number.gateway], _carried(gateway)
    return f"{number} cannot {way.to_do}: {title} carries {carried}. Choose another number."


def _carried(gateway: Gateway) -> str:
    """texts only; texts and calls; texts, Viber and WhatsApp."""
    *most, last = [way.carried for way in Channel if wire.carries(gateway, way)]
    return f"{', '.join(most)} and {last}" if most else f"{last} only"


def _check_recipient(phone: str, channel: Channel) -> None:
    """Refuse a number that opted out; the claim looks again, under the lock."""
    recipient = _recipients.first(phone) or Recipient.objects.get_or_create(phone=phone)[0]
    if recipient.opted_out_at:
        when = timezone.localtime(recipient.opted_out_at).strftime("%-d %B %Y")
        too = f", and so is not {channel.done} either" if channel != Channel.SMS else ""
        raise CannotSend(f"{phones.show(phone)} asked on {when} not to be texted{too}.")
