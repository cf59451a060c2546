"""Answers in seven's words: a number alone, lines of text, or JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from messaging.dialects.seven_parameters import Asked, Code
from messaging.hooks.dialects import SEVEN_STATES
from messaging.models import Direction, Message, Status
from messaging.segments import GSM_7

PLAIN = "text/plain; charset=utf-8"
DRY_ID = "1234567890"  # what seven itself says where nothing was sent


def bare(code: Code, *, as_json: bool) -> HttpResponse:
    """A failure of the whole call: HTTP 200, and the code is all there is."""
    if as_json:
        return JsonResponse(str(int(code)), safe=False)
    return HttpResponse(str(int(code)), content_type=PLAIN)


def answer(told: Any, asked: Asked) -> HttpResponse:
    if isinstance(told, HttpResponse):
        return told
    if asked.as_json or (isinstance(told, dict) and "messages" not in told):
        return JsonResponse(told, safe=False)
    if isinstance(told, float):
        return HttpResponse(str(told), content_type=PLAIN)
    if isinstance(told, list):
        lines = [line or "" for row in told for line in (row["status"], row["status_time"])]
    else:
        lines = _lines(told, asked)
    return HttpResponse("\n".join(lines), content_type=PLAIN)


def _lines(told: dict[str, Any], asked: Asked) -> list[str]:
    """The code; return_msg_id: an id for each recipient; details: labelled in German."""
    items = told["messages"]
    nothing = DRY_ID if asked.is_on("debug") else ""
    ids = [item["id"] or nothing for item in items] if asked.is_on("return_msg_id") else []
    return [told["success"], *ids, *(_details(told, asked) if asked.is_on("details") else [])]


def _details(told: dict[str, Any], asked: Asked) -> list[str]:
    items = told["messages"]
    encoding = next((item["encoding"] for item in items if item["encoding"]), "gsm")
    booked = 0 if asked.is_on("debug") else sum(item["parts"] for item in items)
    return [
        f"Verbucht: {booked}",
        f"Preis: {told['total_price']}",
        f"Guthaben: {told['balance']}",
        f"Text: {items[0]['text']}",
        f"SMS-Typ: {told['sms_type']}",
        f"Flash SMS: {_said(asked.is_on('flash'))}",
        f"Encoding: {encoding}",
        f"GSM0338: {_said(encoding == 'gsm')}",
        f"Debug: {told['debug']}",
    ]


def _said(flag: bool) -> str:
    return "true" if flag else "false"


def summary(items: list[dict[str, Any]], *, debug: bool) -> dict[str, Any]:
    """All went well: 100; some: 101; none: the code of the first."""
    failed = [item for item in items if not item["success"]]
    code = Code.SOME_FAILED if failed else Code.ACCEPTED
    if len(failed) == len(items):
        code = Code(failed[0]["error"])
    return {
        "success": str(int(code)),
        "total_price": 0,
        "balance": 0,
        "debug": _said(debug),
        "sms_type": "direct",
        "messages": items,
    }


def accepted(message: Message, label: str) -> dict[str, Any]:
    return _item(message.phone, message.text) | {
        "id": str(message.pk),
        "label": label or None,
        "sender": message.number.address,
        "encoding": "gsm" if message.encoding == GSM_7 else "ucs2",
        "parts": message.segments,
        "success": True,
    }


def refused(to: str, words: str, code: Code, sentence: str) -> dict[str, Any]:
    return _item(to, words) | {"error": int(code), "error_text": sentence}


def _item(to: str, words: str) -> dict[str, Any]:
    """What both have; the rest is none."""
    none = dict.fromkeys(("id", "sender", "encoding", "label", "udh", "error", "error_text"))
    plain = {"recipient": to.lstrip("+"), "text": words, "parts": 0, "price": 0}
    return none | plain | {"is_binary": False, "success": False}


def state(asked_id: str, message: Message | None) -> dict[str, Any]:
    if message is None:
        return {"id": asked_id, "status": None, "status_time": None}
    at = f"{message.updated_at:%Y-%m-%d %H:%M:%S.%f}"[:-3]
    return {"id": asked_id, "status": SEVEN_STATES[Status(message.status)], "status_time": at}


def entry(message: Message) -> dict[str, Any]:
    """An item of the journal."""
    theirs, ours = message.phone.lstrip("+"), message.number.address
    if message.direction == Direction.INBOUND:
        answered = message.reply_to_id and str(message.reply_to_id)
        sides = {"to": ours.lstrip("+"), "from": theirs, "reply_to_message_id": answered}
        return _base(message) | sides
    now = state(str(message.pk), message)
    note = getattr(message, "caller_note", None)
    return _base(message) | {
        "to": theirs,
        "from": ours,
        "dlr": now["status"],
        "dlr_timestamp": now["status_time"],
        "type": "direct",
        "channel": "SMS",
        "connection": "http",
        "mccmnc": None,
        "latency": None,
        "label": (note and note.label) or None,
        "foreign_id": (note and note.foreign_id) or None,
    }


def _base(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "text": message.text,
        "timestamp": f"{message.created_at:%Y-%m-%d %H:%M:%S.%f}"[:-3],
        "price": str(message.price or 0),
    }
