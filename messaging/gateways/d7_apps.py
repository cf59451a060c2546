"""
What D7 carries besides texts: a message in Viber or WhatsApp, one to a request.

https://d7networks.com/docs, Viber and Whatsapp, read 2026-11-28, and D7's SDK for Python of
2025-05-15, which knows what Viber's report address is called. Answers have the form of a text's.
Reports come to an address of each message's own: WhatsApp's as JSON, Viber's, as we assume, as a
text's. WhatsApp lets free words through only within 24 hours of what somebody wrote.
"""

from collections.abc import Mapping
from typing import Any

from messaging.gateways.base import Channel, Outgoing, Receipt
from messaging.gateways.d7_answers import accepted
from messaging.gateways.errors import Misconfigured, failure
from messaging.gateways.http import Answer
from messaging.gateways.reading import clean

SENDS: dict[Channel, str] = {"viber": "/viber/v1/send", "whatsapp": "/whatsapp/v2/send"}
LOGS: dict[Channel, str] = {
    "sms": "/report/v1/message-log",
    "viber": "/report/v1/viber-log",
    "whatsapp": "/whatsapp/v2/report",
}
CARRIED = frozenset(SENDS)


def body(outgoing: Outgoing, label: str) -> dict[str, Any]:
    """The request for one message. label: of Viber, PROMOTION or TRANSACTION."""
    if outgoing.send_at:  # neither tells of a scheduler
        raise failure("cannot_schedule")
    if outgoing.channel == "viber":
        return _viber(outgoing, label)
    return _whatsapp(outgoing)


def _viber(outgoing: Outgoing, label: str) -> dict[str, Any]:
    common = {"originator": outgoing.sender}
    if outgoing.report_url:
        common["call_back_url"] = outgoing.report_url
    message = {
        "channel": "viber",
        "recipients": [outgoing.to],
        "content": clean(outgoing.text),
        "label": label,
    }
    return {"messages": [message], "message_globals": common}


def _whatsapp(outgoing: Outgoing) -> dict[str, Any]:
    message: dict[str, Any] = {
        "originator": outgoing.sender,
        "content": {"message_type": "TEXT", "text": {"body": clean(outgoing.text)}},
        "recipients": [{"recipient": outgoing.to, "recipient_type": "individual"}],
    }
    if outgoing.report_url:
        message["report_url"] = outgoing.report_url
    return {"messages": [message]}


def receipt(answer: Answer) -> Receipt:
    """
    What the answer means: the same as to a text, but that an account which may not use an app does
    not stop the texts.
    """
    try:
        return accepted(answer)
    except Misconfigured as error:
        if error.reason != "forbidden":
            raise
        words = {"code": error.code, "detail": error.detail}
        raise failure("no_such_channel", exchange=error.exchange, **words) from None


def channel_of(asked: object, found: Mapping[str, Any]) -> Channel:
    """Of a report. asked: what its address says; one that the dashboard names says nothing."""
    if asked in LOGS:
        return asked
    return "whatsapp" if clean(found.get("event_type")) == "DELIVERY_EVENTS" else "sms"
