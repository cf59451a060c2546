"""What is left to text with: the balance at the gateway that the caller's texts go by."""

from __future__ import annotations

import re

from django.core.cache import cache

from messaging import gatewaycards
from messaging.models import Token
from messaging.routing import number_for

KEPT = 60  # seconds; some clients ask before each text
_MONEY = re.compile(r"(-?\d{1,12}(?:\.\d{1,8})?)(?: ([A-Z]{3}))?\Z")


def of(token: Token) -> tuple[float, str] | None:
    """Amount and currency, "" where the gateway names none; None where it tells no balance."""
    number = number_for(None, author=token.user)
    if number is None:
        return None
    key = f"balance-{number.gateway}"
    words = cache.get(key)
    if words is None:
        told, sentence = gatewaycards.balance(number.gateway)
        words = sentence if told else ""
        cache.set(key, words, KEPT)
    found = _MONEY.match(words)
    return (float(found[1]), found[2] or "") if found else None
