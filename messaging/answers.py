"""What we answer by ourselves to STOP, START and HELP, and when we had better not."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from messaging import outbox, tracks
from messaging.models import Message, Origin

log = logging.getLogger(__name__)

#: Gateways whose carrier answers STOP itself and then blocks whatever we send.
ANSWERS_ITSELF = {"smrtphone"}
ANSWERS_A_DAY = 5  # to one phone: two machines must not answer each other for ever

CONFIRMATION = "You will get no more texts from us. Reply START to get them again."
WELCOME_BACK = "You will get our texts again. Reply STOP to end them."
HELP = "This number is used by a small team to text its contacts. Reply STOP to get no more texts."


def give(message: Message, text: str, *, is_confirmation: bool = False) -> None:
    """The one answer that is allowed, from the number they wrote to, by the gateway it came."""
    number, day_ago = message.number, timezone.now() - timedelta(days=1)
    if message.gateway in ANSWERS_ITSELF or not number.can_receive or not number.active:
        return
    given = Message.objects.filter(phone=message.phone, origin=Origin.AUTOMATIC)
    if given.filter(created_at__gt=day_ago, reply_to__isnull=False).count() >= ANSWERS_A_DAY:
        return
    try:
        with transaction.atomic():  # a refusal must not undo what was heeded
            answer = outbox.enqueue(
                text=text,
                phone=message.phone,
                number=number,
                origin=Origin.AUTOMATIC,
                contact=message.contact,
                reply_to=message,
                is_confirmation=is_confirmation,
            )
    except outbox.CannotSend as error:
        log.info("Message %s got no answer: %s", message.pk, error)
        return
    tracks.add(answer)
    tracks.converse(answer)
