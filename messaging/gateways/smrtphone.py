"""
smrtPhone: its SMS API page and public integrations, read 2026-11-22.

There is no look-up: after an unknown outcome the copy smrtPhone sends of each outgoing text is the
only proof. What its answers mean: smrtphone_answers.
"""

from typing import Any

from messaging.gateways.base import (
    DeliveryReport,
    Event,
    InboundText,
    OptedIn,
    OptedOut,
    Outgoing,
    OutgoingCopy,
    Question,
    Receipt,
    ReportStatus,
    Request,
)
from messaging.gateways.errors import NotSupported, WebhookRejected, failure
from messaging.gateways.http import DEADLINE, Http, refusal
from messaging.gateways.reading import clean, fields, number
from messaging.gateways.smrtphone_answers import receipt

REASON_OF_WORDS = {"opted out": "opted_out", "forbidden word": "spam"}  # in a 400
REASON_OF_STATUS = {403: "unauthorised", 429: "daily_limit"}
STATUSES: dict[str, tuple[ReportStatus, str]] = {
    "sent": ("sent", ""),
    "delivered": ("delivered", ""),
    "undelivered": ("undelivered", "undelivered"),
    "failed": ("failed", "gateway_error"),
}


class SmrtPhone:
    """token: from the admin console, Integrations."""

    name = "smrtphone"

    def __init__(
        self, token: str, base_url: str = "https://phone.smrt.studio", *, deadline: float = DEADLINE
    ) -> None:
        self._http = Http(base_url, {"X-Auth-smrtPhone": token}, deadline)

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway. It has no scheduler: better refused than sent early."""
        if outgoing.send_at:
            raise failure("cannot_schedule")
        form = {"from": outgoing.sender, "to": outgoing.to, "message": clean(outgoing.text)}
        answer = self._http.post("/sms/send", data=form)
        if not answer.ok:
            words = answer.text.lower()
            said = [reason for word, reason in REASON_OF_WORDS.items() if word in words]
            by_words = said[0] if said and answer.status == 400 else ""
            raise refusal(answer, by_words or REASON_OF_STATUS.get(answer.status, ""))
        return receipt(answer)

    def receive(self, request: Request) -> list[Event]:
        """See Gateway. JSON by POST, unsigned."""
        found = fields(request)
        match clean(found.get("event")):
            case "smsIncoming":
                return [InboundText(*_text(found))]
            case "smsOutgoing" | "smsSent":
                return [OutgoingCopy(*_text(found))]
            case "smsDeliveryCallback":
                return _reports(found)
            case "addNumberToDNT":
                return [OptedOut(_phone(found, "phone"), clean(found.get("source"), 64))]
            case "removeNumberFromDNT":
                return [OptedIn(_phone(found, "phone"), clean(found.get("source"), 64))]
        return []

    def look_up(self, question: Question) -> DeliveryReport | None:
        """smrtPhone has none."""
        raise NotSupported("smrtPhone cannot be asked about a text.")

    def balance(self) -> str:
        """smrtPhone tells none."""
        raise NotSupported("smrtPhone does not tell a balance.")


def _reports(found: dict[str, Any]) -> list[Event]:
    code = clean(found.get("status"), 32)
    if code.lower() not in STATUSES:
        return []
    status, reason = STATUSES[code.lower()]
    detail = clean(found.get("failure_reason"), 200)
    external_id = clean(found.get("smsId"), 64)
    return [DeliveryReport(status, external_id, reason=reason, code=code, detail=detail)]


def _text(found: dict[str, Any]) -> tuple[str, str, str, str]:
    """Sender, recipient, words, their id."""
    words, external_id = clean(found.get("message")), clean(found.get("smsId"), 64)
    return _phone(found, "from"), _phone(found, "to"), words, external_id


def _phone(found: dict[str, Any], key: str) -> str:
    phone = number(found.get(key))
    if not phone:
        raise WebhookRejected(f"No number under {key}.")
    return phone
