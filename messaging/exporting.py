"""What of a text stands in an exported table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from django.utils import timezone

from messaging import currencies, wording
from messaging.gateways.reasons import SENTENCES
from messaging.models import Message

#: What `rows` reads beside each text.
BESIDE = ("contact", "number", "author")


def rows(messages: Iterable[Message], zone: tzinfo) -> Iterator[tuple[str, ...]]:
    """
    The names of the columns, then a row for each text. zone: whose clock the times are by; an
    answer that is streamed outlives the request's own.
    """
    yield (
        *(
            f"When ({zone})",
            "Direction",
            "Status",
            "Contact",
            "Phone",
            "Our number",
            "Number’s name",
        ),
        *(
            "Text",
            "Written by",
            "Why",
            f"Sent ({zone})",
            f"Settled ({zone})",
            "Segments",
            "Id",
            "Channel",
            "Price",
            "Currency",
        ),
    )
    named = currencies.known()
    for message in messages:
        yield (
            *(moment(message.created_at, zone), message.get_direction_display()),
            *(message.get_status_display(), str(message.contact or ""), message.phone),
            *(message.number.address, message.number.label, message.text),
            wording.person(message.author) if message.author else "",
            SENTENCES.get(message.reason, message.reason),
            *(moment(message.sent_at, zone), moment(message.settled_at, zone)),
            *(str(message.segments), str(message.reference), message.get_channel_display()),
            *_price(message, named),
        )


def _price(message: Message, named: dict[str, str]) -> tuple[str, str]:
    """What the gateway told; nothing of what it did not."""
    if message.price is None:
        return "", ""
    return format(message.price, "f"), named.get(message.gateway, "")


def moment(at: datetime | None, zone: tzinfo) -> str:
    """As every spreadsheet reads it, by this clock."""
    return timezone.localtime(at, zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""
