"""News in the words of seven and D7, for those who listen in their dialects (docs/gateways.md)."""

from __future__ import annotations

from typing import Any

from messaging.models import Delivery, Message, Status

SEVEN_STATES = {
    Status.QUEUED: "BUFFERED",
    Status.SENDING: "BUFFERED",
    Status.SENT: "TRANSMITTED",
    Status.DELIVERED: "DELIVERED",
    Status.UNDELIVERED: "NOTDELIVERED",
    Status.FAILED: "FAILED",
    Status.CANCELLED: "REJECTED",
    Status.UNCONFIRMED: "UNKNOWN",
}
D7_STATES = {
    Status.QUEUED: "scheduled",
    Status.SENDING: "processed",
    Status.UNCONFIRMED: "processed",
    Status.SENT: "sent",
    Status.DELIVERED: "delivered",
}
D7_REASONS = {"no_credit": "insufficient_credit", "spam": "spam_content", "absent": "not_reachable"}


def d7_status(status: str, reason: str) -> str:
    return D7_STATES.get(Status(status)) or D7_REASONS.get(reason, "un_delivered")


def d7_report(news: Delivery, message: Message) -> dict[str, str]:
    """The form that D7 posts to a report_url."""
    note = getattr(message, "caller_note", None)
    return {
        "request_id": str(note.request_id) if note else "",
        "msg_id": str(message.reference),
        "recipient": message.phone,
        "originator": message.number.address,
        "status": d7_status(news.detail, message.reason),
    }


def seven_event(news: Delivery, message: Message) -> dict[str, Any]:
    """`sms_mo` of what came in, `dlr` of what went out."""
    at = news.at.strftime("%Y-%m-%d %H:%M:%S")
    if news.event == Delivery.Event.RECEIVED:
        return {"data": _inbound(message), "webhook_event": "sms_mo", "webhook_timestamp": at}
    data = {
        "msg_id": str(message.pk),
        "status": SEVEN_STATES[Status(news.detail)],
        "timestamp": news.at.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }
    note = getattr(message, "caller_note", None)
    if note and note.foreign_id:
        data["foreign_id"] = note.foreign_id
    return {"data": data, "webhook_event": "dlr", "webhook_timestamp": at}


def _inbound(message: Message) -> dict[str, str]:
    return {
        "id": str(message.pk),
        "sender": message.phone.lstrip("+"),
        "system": message.number.address.lstrip("+"),
        "text": message.text,
        "time": str(int(message.created_at.timestamp())),
        "message_type": "SMS",
    }
