"""
seven.io's dialect: /api/sms, /api/status, /api/journal, /api/balance and /api/hooks, as text or as
JSON.

Failures are HTTP 200 with a code in the body, as seven's clients expect. The reload lock is real:
the same words to the same phone within three minutes are not sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from contacts import phones
from contacts.ids import read_pk
from messaging import outbox, people
from messaging.dialects import balance as money
from messaging.dialects import door, seven_hooks, seven_journal, seven_names, seven_responses
from messaging.dialects.seven_parameters import MOST_RECIPIENTS, Asked, Code, Failed, read
from messaging.hooks import keeping
from messaging.models import Message, Origin, Scope, Status, Token

LOCK = timedelta(seconds=180)
NEVER_LEFT = {Status.FAILED, Status.CANCELLED}
ACTIONS = {"GET": "read", "POST": "subscribe", "DELETE": "unsubscribe"}


def _speaks(*methods: str) -> Callable[[Callable[..., Any]], door.View]:
    def wrap(view: Callable[..., Any]) -> door.View:
        @door.without_sign_in
        @wraps(view)
        def answered(request: HttpRequest, **named: str) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                asked = read(request)
                return seven_responses.answer(view(request, asked, **named), asked)
            except door.Unreadable as error:
                return HttpResponse(
                    str(error), status=error.status, content_type=seven_responses.PLAIN
                )
            except Failed as failed:
                return seven_responses.bare(failed.code, as_json=failed.as_json)

        return answered

    return wrap


@_speaks("GET", "POST", "DELETE")
def sms(request: HttpRequest, asked: Asked) -> Any:
    """One text to each of `to`; each has its own outcome. DELETE takes back what waits."""
    token = asked.token(Scope.SEND)
    if request.method == "DELETE":
        rows = [(one, _own(token, one)) for one in asked.ids("ids")]
        deleted = [one for one, row in rows if row and outbox.cancel(row)]
        return {"deleted": deleted or None, "success": bool(deleted)}
    return _send(token, asked)


@_speaks("GET", "POST")
def status(request: HttpRequest, asked: Asked) -> Any:
    """`msg_id`: one or several, separated by commas."""
    token = asked.token(Scope.READ)
    return [seven_responses.state(one, _own(token, one)) for one in asked.ids("msg_id")]


def _send(token: Token, asked: Asked) -> dict[str, Any]:
    to, words = seven_names.numbers(token, asked.recipients()), asked.words()
    if len(to) > MOST_RECIPIENTS:  # a group is larger
        raise asked.fail(Code.BAD_RECIPIENT)
    how = {"number": asked.sender(), "send_after": asked.send_after()}
    tries_only = asked.is_on("debug")
    with transaction.atomic():
        items = [_one(token, asked, one, words, how) for one in to]
        transaction.set_rollback(tries_only)  # and so nothing is stored, nobody rung
    if tries_only:
        items = [item | {"id": None} for item in items]
    return seven_responses.summary(items, debug=tries_only)


def _one(token: Token, asked: Asked, to: str, words: str, how: Any) -> dict[str, Any]:
    try:
        phone = door.phone(to)
        people.hold(phone)
        if not asked.is_on("no_reload") and _was_sent(token, phone, words):
            return seven_responses.refused(to, words, Code.DUPLICATE, "The same text a moment ago.")
        message = door.text(token, to=phone, words=words, **how)
        label = asked.word("label")[:100]
        keeping.note(message.pk, label=label, foreign_id=asked.word("foreign_id")[:64])
        return seven_responses.accepted(message, label)
    except (phones.PhoneInvalid, outbox.CannotSend) as refusal:
        return seven_responses.refused(to, words, Code.BAD_RECIPIENT, str(refusal))


def _was_sent(token: Token, phone: str, words: str) -> bool:
    rows = Message.objects.filter(phone=phone, created_at__gt=timezone.now() - LOCK)
    mine = rows.filter(author=token.user_id, origin=Origin.API, text=words)
    return mine.exclude(status__in=NEVER_LEFT).exists()


def _own(token: Token, one: str) -> Message | None:
    row: Message | None = seven_journal.mine(token).filter(pk=read_pk(one)).first()
    return row


@_speaks("GET")
def journal(request: HttpRequest, asked: Asked, kind: str = "") -> Any:
    """outbound: what the token's owner texted by an API. In the address, else as `type`."""
    token = asked.token(Scope.READ)
    return seven_journal.page(token, asked, kind or asked.word("type"))


@_speaks("GET", "POST")
def balance(request: HttpRequest, asked: Asked) -> Any:
    """Of the gateway our texts go by: as JSON with its currency; 600 where it tells none."""
    told = money.of(asked.token(Scope.READ))
    if told is None:
        raise asked.fail(Code.CARRIER)
    amount, currency = told
    return {"amount": amount, "currency": currency or None} if asked.as_json else amount


@_speaks("GET", "POST", "DELETE")
def hooks(request: HttpRequest, asked: Asked) -> Any:
    """By the method, or by `action`: read, subscribe, unsubscribe."""
    token = asked.token(Scope.HOOKS)
    action = asked.word("action") or ACTIONS[request.method or "GET"]
    if action == "subscribe":
        return seven_hooks.subscribe(token, asked)
    if action == "unsubscribe":
        return seven_hooks.unsubscribe(token, asked)
    return seven_hooks.listed()
