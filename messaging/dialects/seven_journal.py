"""seven's journal: what went out and came in, newest first, as JSON whatever was asked for."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.http import JsonResponse

from contacts import phones
from contacts.ids import read_pk
from messaging.dialects import door, seven_responses
from messaging.dialects.seven_parameters import Asked, Code
from messaging.filters import LATEST, midnight
from messaging.hooks.dialects import SEVEN_STATES
from messaging.models import Channel, Direction, Message, Origin, Token

KINDS = ("outbound", "inbound", "replies")


def mine(token: Token) -> Any:
    """What its owner texted by an API, as far as they may still see it."""
    rows = Message.objects.visible_to(token.user)
    return rows.filter(author=token.user_id, origin=Origin.API, channel=Channel.SMS)


def page(token: Token, asked: Asked, kind: str) -> JsonResponse:
    """Raises Failed for a kind that is not kept here."""
    if kind not in KINDS:
        raise asked.fail(Code.BAD_TYPE)
    rows = mine(token) if kind == "outbound" else _arrived(token, kind)
    rows = _narrowed(rows, asked, is_outbound=kind == "outbound")
    limit, offset = asked.number("limit", most=100), asked.number("offset", default=0)
    found = rows.latest_first().select_related("number", "caller_note")[offset : offset + limit]
    return JsonResponse([seven_responses.entry(row) for row in found], safe=False)


def _arrived(token: Token, kind: str) -> Any:
    rows = Message.objects.visible_to(token.user).filter(direction=Direction.INBOUND)
    return rows.exclude(reply_to=None) if kind == "replies" else rows


def _narrowed(rows: Any, asked: Asked, *, is_outbound: bool) -> Any:
    if ids := asked.ids("id"):
        rows = rows.filter(pk__in=[pk for one in ids if (pk := read_pk(one))])
    if day := asked.day("date_from"):
        rows = rows.filter(created_at__gte=midnight(day))
    if day := asked.day("date_to"):
        rows = rows.filter(created_at__lt=midnight(min(day, LATEST) + timedelta(days=1)))
    if to := asked.given("to"):
        rows = rows.filter(phone=_phone(to)) if is_outbound else rows.filter(number=door.sender(to))
    if is_outbound and (state := asked.given("state").upper()):
        rows = rows.filter(
            status__in=[ours for ours, word in SEVEN_STATES.items() if word == state]
        )
    return rows


def _phone(typed: str) -> str:
    """What is none finds nothing."""
    with suppress(phones.PhoneInvalid):
        return door.phone(typed)
    return ""
