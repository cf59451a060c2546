"""
D7 Networks' dialect: POST /messages/v1/send, GET /report/v1/message-log/{request_id} and GET
/messages/v1/balance. What became of a text is posted to its report_url, too.

A request has one id and many texts. Which ones is kept as an Answer of the token, under a key
that no Idempotency-Key can have.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from contacts import phones
from messaging import outbox
from messaging.dialects import balance as money
from messaging.dialects import door
from messaging.dialects.d7_body import Body, Text, Wrong, read
from messaging.hooks import keeping
from messaging.hooks.dialects import d7_status
from messaging.models import Answer, Message, Scope, Status, Token


@door.without_sign_in
def send(request: HttpRequest) -> JsonResponse:
    """All that can be texted is; only where nothing can, it is an error."""
    if request.method != "POST":
        return _detail(405, {"code": "METHOD_NOT_ALLOWED", "message": "Only POST."})
    token = _caller(request, Scope.SEND)
    if token is None:
        return _unknown()
    try:
        body = read(door.document(request))
    except door.Unreadable as error:
        return _detail(error.status, {"code": "UNREADABLE_BODY", "message": str(error)})
    except Wrong as wrong:
        return _detail(
            422, [{"loc": ["body", *wrong.where], "msg": str(wrong), "type": wrong.type}]
        )
    return _queue(token, body)


@door.without_sign_in
def balance(request: HttpRequest) -> JsonResponse:
    """Of the gateway our texts go by."""
    if request.method != "GET":
        return _detail(405, {"code": "METHOD_NOT_ALLOWED", "message": "Only GET."})
    token = _caller(request, Scope.READ)
    if token is None:
        return _unknown()
    told = money.of(token)
    if told is None:
        return _detail(503, {"code": "BALANCE_NOT_TOLD", "message": "The gateway tells none."})
    return JsonResponse({"balance": told[0]})


@door.without_sign_in
def message_log(request: HttpRequest, request_id: str) -> JsonResponse:
    if request.method != "GET":
        return _detail(405, {"code": "METHOD_NOT_ALLOWED", "message": "Only GET."})
    token = _caller(request, Scope.READ)
    if token is None:
        return _unknown()
    row = Answer.objects.filter(token__user=token.user_id, key=_key(request_id)).first()
    if row is None:
        sentence = "Given message request id not exists in the system."
        return _detail(404, {"code": "MESSAGE_LOG_NOT_EXISTS", "message": sentence})
    texts = (
        Message.objects.visible_to(token.user).filter(pk__in=row.body["messages"]).order_by("pk")
    )
    shown = [*map(_shown, texts), *map(_refused, row.body["refused"])]
    return JsonResponse(
        {
            "request_id": request_id,
            "total_recipients": len(shown),
            "channel": "sms",
            "messages": shown,
        }
    )


@transaction.atomic
def _queue(token: Token, body: Body) -> JsonResponse:
    request_id = uuid.uuid4()
    made: list[int] = []
    refused: list[str] = []
    refusal: dict[str, str] = {}
    for text in body.texts:
        try:
            message = _one(token, text, body.send_after)
            made.append(message.pk)
            if text.report_url:
                keeping.note(message.pk, report_url=text.report_url, request_id=request_id)
        except phones.PhoneInvalid as invalid:
            refused.append(text.to)
            refusal = {"code": "INVALID_PHONE_NUMBER", "message": str(invalid)}
        except outbox.CannotSend as error:
            refused.append(text.to)
            refusal = {"code": "MESSAGE_REFUSED", "message": str(error)}
    if not made:
        return _detail(400, refusal)
    now = datetime.now(UTC)
    kept = {"messages": made, "refused": [to.encode("utf-8", "replace").decode() for to in refused]}
    Answer.objects.create(token=token, key=_key(str(request_id)), status=200, body=kept)
    at = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z"
    return JsonResponse({"request_id": str(request_id), "status": "accepted", "created_at": at})


def _one(token: Token, text: Text, send_after: datetime | None) -> Message:
    """Raises PhoneInvalid and CannotSend."""
    number = door.sender(text.originator) if text.originator else None
    if text.originator and number is None:
        raise outbox.CannotSend("The originator is none of our numbers.")
    to = door.phone(text.to)
    return door.text(token, to=to, words=text.content, number=number, send_after=send_after)


def _shown(message: Message) -> dict[str, Any]:
    waits = message.status == Status.QUEUED and message.send_after > timezone.now()
    return {
        "msg_id": str(message.reference),
        "country": phones.region_of(message.phone),
        "recipient": message.phone,
        "status": d7_status(message.status, message.reason),
        "number_of_sms": message.segments,
        "sms_cost": float(message.price or 0),
        "schedule_time": message.send_after.isoformat() if waits else None,
    }


def _refused(to: str) -> dict[str, Any]:
    nothing = {"msg_id": None, "country": "", "number_of_sms": 0, "sms_cost": 0.0}
    return nothing | {"recipient": to, "status": "un_delivered", "schedule_time": None}


def _key(request_id: str) -> str:
    try:
        return f"d7\n{uuid.UUID(request_id)}"
    except ValueError:
        return ""


def _caller(request: HttpRequest, scope: Scope) -> Token | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return door.caller(secret, scope) if kind.lower() == "bearer" else None


def _unknown() -> JsonResponse:
    code = "ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED"
    return _detail(401, {"code": code, "message": "This token opens nothing here."})


def _detail(status: int, detail: Any) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status)
