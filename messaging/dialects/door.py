"""What all dialects share: who calls, what they gave, and the way into the outbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from contacts import phones
from messaging import outbox, people, texting, tokens
from messaging.models import Message, Number, Origin, Scope, Token
from messaging.routing import number_for, ours

MOST_BYTES = 64 * 1024
View = Callable[..., HttpResponse]


class Unreadable(Exception):
    """The body is not what its type says, or too much; status is the one of HTTP."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def without_sign_in(view: View) -> View:
    """For callers with a token: neither a session nor its cookie plays a part."""
    return csrf_exempt(login_not_required(wraps(view)(view)))


def caller(secret: str, scope: Scope | None) -> Token | None:
    """The token of these words, if it may do that; without a scope, if there is one."""
    token = tokens.find(secret.strip())
    return token if token and (scope is None or not tokens.refusal(token, scope)) else None


def form(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form body. Raises Unreadable."""
    check_size(request)
    try:
        return dict(request.POST.items())
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError, ValueError) as error:
        raise Unreadable(400, "The form cannot be read.") from error


def document(request: HttpRequest) -> Any:
    """What a JSON body says. Raises Unreadable."""
    check_size(request)
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError, SuspiciousOperation, UnreadablePostError) as error:
        raise Unreadable(400, "The JSON cannot be read.") from error


def has_body(request: HttpRequest) -> bool:
    """Some clients name the type of a body that they do not send."""
    return request.headers.get("Content-Length") not in {None, "", "0"}


def check_size(request: HttpRequest) -> None:
    """Raises Unreadable."""
    size = request.headers.get("Content-Length") or "0"
    if not size.isdecimal() or int(size[:12]) > MOST_BYTES:
        raise Unreadable(413, f"At most {MOST_BYTES // 1024} kB.")


def phone(typed: str) -> str:
    """
    E.164; `0049…` and `49…` without a plus are understood too, and what makes no number so is
    read as people here type it. Raises PhoneInvalid.
    """
    digits = typed.strip()
    if digits.isascii() and digits.isdigit() and len(digits) > 10:
        with suppress(phones.PhoneInvalid):
            return phones.parse(f"+{digits.removeprefix('00')}", settings.DEFAULT_REGION)
    return phones.parse(typed, settings.DEFAULT_REGION)


def sender(typed: str) -> Number | None:
    """The number of ours, or the sender name, that this is."""
    if found := ours(typed):
        return found
    with suppress(phones.PhoneInvalid):
        return ours(phone(typed))
    return None


def text(
    token: Token,
    *,
    to: str,
    words: str,
    number: Number | None = None,
    send_after: datetime | None = None,
) -> Message:
    """
    Queue one text to `to` (E.164), its words as they are. Raises outbox.CannotSend, and then
    nothing is stored.
    """
    number = number or number_for(None, author=token.user)
    if number is None:
        raise outbox.CannotSend("There is no number to send from yet.")
    return texting.send(
        text=words,
        phone=to,
        number=number,
        origin=Origin.API,
        author=token.user,
        contact=people.find(to, number, token.user),
        send_after=send_after or timezone.now(),
    )
