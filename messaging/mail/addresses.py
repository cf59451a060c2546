"""
Our addresses: `12125550123@` texts that phone, `12125550123.12125550100@` does from that number of
ours, and `r-…@` answers one conversation, for one person and for thirty days.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from contacts.ids import MOST_PK

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.models import Conversation, Number

LASTS = timedelta(days=30)
_TEXTING = re.compile(r"\+?(?P<phone>[0-9]{7,15})(?:\.(?P<number>[a-z0-9]{3,16}))?")
_ANSWER = re.compile(r"r-([0-9a-z]{1,13})-([0-9a-z]{1,13})-([0-9a-z]{1,5})-([a-z2-7]{16})")


@dataclass(frozen=True, slots=True)
class Phone:
    """Whom a mail texts (E.164), and from which number of ours: its key(), or "" for the usual."""

    phone: str
    number: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Which conversation a mail answers, and whose answer it has to be: primary keys."""

    conversation: int
    user: int


def read(address: str) -> Phone | Answer | None:
    """What an address of ours means; None if it means nothing, is forged, or too old."""
    local, _, domain = address.strip().lower().rpartition("@")
    if not settings.MAIL_DOMAIN or domain != settings.MAIL_DOMAIN:
        return None
    if found := _TEXTING.fullmatch(local):
        return Phone(f"+{found['phone']}", found["number"] or "")
    return _answer(local)


def is_ours(address: str) -> bool:
    """Whether it ends in our domain, whatever it means."""
    domain = address.strip().lower().rpartition("@")[2]
    return bool(settings.MAIL_DOMAIN) and domain == settings.MAIL_DOMAIN


def key(number: Number) -> str:
    """A number of ours, or a sender's name, as it stands in an address."""
    return "".join(filter(str.isalnum, number.address.lower()))


def of_answer(conversation: Conversation, user: User, now: datetime | None = None) -> str:
    """The address that answers this conversation, as this person."""
    day = (now or timezone.now()).toordinal()
    named = "-".join(map(int_to_base36, (conversation.pk, user.pk, day)))
    return f"r-{named}-{_signature(named, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}"


def _answer(local: str) -> Answer | None:
    found = _ANSWER.fullmatch(local)
    if not found:
        return None
    *numbers, given = found.groups()
    conversation, user, day = map(base36_to_int, numbers)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    right = [constant_time_compare(given, _signature("-".join(numbers), one)) for one in keys]
    age = timedelta(days=timezone.now().toordinal() - day)
    if not any(right) or age > LASTS or max(conversation, user) > MOST_PK:
        return None
    return Answer(conversation, user)


def _signature(named: str, secret: str) -> str:
    """Eighty bits, in letters that mail servers may write in capitals."""
    digest = salted_hmac("messaging.mail", named, secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()
