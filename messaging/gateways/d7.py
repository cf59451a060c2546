"""
D7 Networks: https://d7networks.com/docs, Messages, read 2026-11-22.

One recipient per request: a request has one id for all its recipients, and the id of a message
comes only with its report. There is no idempotency key and no way to find a text whose request_id
we never got. So each text has its own report address, with our reference in the query: the report
that arrives there is the only proof after an unknown outcome.
"""

from datetime import UTC, timedelta
from typing import Any
from urllib.parse import quote

from messaging.gateways.base import (
    DeliveryReport,
    Event,
    InboundText,
    Outgoing,
    Question,
    Receipt,
    Request,
)
from messaging.gateways.d7_answers import STATUSES, detail_of, read, report, spelled
from messaging.gateways.errors import NotSupported, WebhookRejected, failure
from messaging.gateways.http import DEADLINE, Http, unreadable
from messaging.gateways.reading import clean, fields, mapping, number


class D7:
    """token: an application's, from the dashboard."""

    name = "d7"

    def __init__(
        self,
        token: str,
        base_url: str = "https://api.d7networks.com",
        *,
        deadline: float = DEADLINE,
    ) -> None:
        headers, plain = {"Authorization": f"Bearer {token}"}, {"Accept": "application/json"}
        self._http = Http(base_url, headers, deadline, plain=plain)

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway."""
        answer = self._http.post(
            "/messages/v1/send", json=_message(outgoing), hide=[outgoing.report_url]
        )
        found = read(answer)
        status = clean(found.get("status"), 32)
        if status == "rejected":
            detail = detail_of(found)[1] or answer.text[:200]
            raise failure("rejected", code=status, detail=detail, exchange=answer.exchange)
        if status != "accepted":
            raise unreadable(answer)
        return Receipt(clean(found.get("request_id"), 64), exchange=answer.exchange)

    def receive(self, request: Request) -> list[Event]:
        """See Gateway. Reports and inbound texts come as forms, in either encoding, unsigned."""
        found = fields(request)
        if "mo_id" in found:
            return [_inbound(found)]
        status = spelled(found.get("status"))
        if status not in STATUSES:
            return []
        reference = clean(request.query.get("reference"), 64)
        return [report(found, clean(found.get("request_id"), 64), reference)]

    def look_up(self, question: Question) -> DeliveryReport | None:
        """By their request_id alone; never None, because a text that has one was seen."""
        if not question.external_id:
            raise NotSupported("D7 finds a text only by its own id.")
        answer = self._http.get(f"/report/v1/message-log/{quote(question.external_id, safe='')}")
        if answer.status == 404:
            raise failure("gateway_error", code="404", exchange=answer.exchange)
        listed = read(answer).get("messages")
        entry = mapping(listed[0]) if isinstance(listed, list) and listed else {}
        if spelled(entry.get("status")) not in STATUSES:
            raise unreadable(answer)
        return report(entry, question.external_id, question.reference)

    def balance(self) -> str:
        """See Gateway. The currency is the account's; the gateway does not name it."""
        answer = self._http.get("/messages/v1/balance")
        money = clean(read(answer).get("balance"), 32)
        if not money:
            raise unreadable(answer)
        return money


def _message(outgoing: Outgoing) -> dict[str, Any]:
    common = {"originator": outgoing.sender, "tag": outgoing.reference}
    if outgoing.report_url:
        common["report_url"] = outgoing.report_url
    if outgoing.send_at:  # to the minute, and never early
        minute = (outgoing.send_at + timedelta(seconds=59, microseconds=999_999)).astimezone(UTC)
        common["schedule_time"] = minute.isoformat(timespec="minutes")
    message = {
        "channel": "sms",
        "recipients": [outgoing.to],
        "content": clean(outgoing.text),
        "msg_type": "text",
        "data_coding": "text" if outgoing.encoding == "GSM-7" else "unicode",
    }
    return {"messages": [message], "message_globals": common}


def _inbound(found: dict[str, Any]) -> InboundText:
    sender, to = number(found.get("sender")), number(found.get("receiver"))
    if not sender or not to:
        raise WebhookRejected("A text without its two numbers.")
    return InboundText(sender, to, clean(found.get("text")), clean(found.get("mo_id"), 64))
