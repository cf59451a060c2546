"""
A gateway without an account, for trying things out: it accepts texts, calls and messages in apps
and, a moment later, posts delivery reports to our own webhook. The last two digits of the
recipient's number choose its fate (simulator_fates). Nothing is stored: number and reference decide
everything, so that after a restart, which forgets the reports not yet posted, `look_up` still tells
the truth.
"""

from decimal import Decimal
from time import time

from messaging.gateways.base import (
    Channel,
    DeliveryReport,
    Event,
    Finding,
    InboundText,
    Outgoing,
    Question,
    Receipt,
    ReportStatus,
    Request,
)
from messaging.gateways.errors import NotSupported, WebhookRejected
from messaging.gateways.http import Http
from messaging.gateways.reading import clean, fields, number
from messaging.gateways.simulator_fates import (
    DELIVERED,
    FAILS,
    REPORTS,
    UNSEEN,
    failure_of,
    report_for,
)
from messaging.gateways.simulator_postman import Postman
from messaging.segments import measure

STATUSES: dict[str, ReportStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}


class Simulator:
    """webhook_url: our own webhook for it, https or on this machine. delay: seconds to a report."""

    name = "simulator"
    channels: frozenset[Channel] = frozenset({"call", "viber", "whatsapp"})

    def __init__(self, webhook_url: str, delay: float = 1.0) -> None:
        self._postman = Postman(Http(webhook_url, {}))
        self._delay = delay

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway. Makes no request; of one text it reports the same whenever it is sent."""
        fate = outgoing.to[-2:]
        if fate not in UNSEEN:
            self._promise(outgoing, fate)
        if fate in FAILS:
            raise failure_of(fate)
        return Receipt(
            external_id=_external_id(outgoing.reference, outgoing.to),
            segments=measure(outgoing.text).segments if outgoing.channel == "sms" else None,
            price=Decimal(0),
            note="Simulated.",
        )

    def receive(self, request: Request) -> list[Event]:
        """See Gateway. {"event": "report", …} as it posts them; {"event": "text", …} by anybody."""
        found = fields(request)
        external_id = clean(found.get("id"), 64)
        match clean(found.get("event")), clean(found.get("status")):
            case "text", _:
                sender, to = number(found.get("from")), number(found.get("to"))
                if not sender or not to:
                    raise WebhookRejected("A text without its two numbers.")
                return [InboundText(sender, to, clean(found.get("text")), external_id)]
            case "report", status if status in STATUSES:
                return [
                    DeliveryReport(
                        STATUSES[status],
                        external_id,
                        clean(found.get("reference"), 64),
                        number(found.get("to")),
                        "undelivered" if status == "undelivered" else "",
                    )
                ]
        return []

    def look_up(self, question: Question) -> DeliveryReport | None:
        """By the recipient's number, which its own ids hold as well. See Gateway."""
        theirs = question.external_id.partition("-")[0]
        phone = question.to or number(theirs.removeprefix("sim"))
        if not phone:
            raise NotSupported("The simulator finds a text only by its recipient or its own id.")
        found = report_for(phone)
        if found is None:
            return None
        reference = question.reference
        return DeliveryReport(
            found.status, _external_id(reference, phone), reference, phone, found.reason
        )

    def look_up_number(self, phone: str) -> Finding:
        """See LooksUpNumbers: the number that refuses texts does not exist."""
        return Finding("dead" if phone.endswith("90") else "live", "simulated")

    def balance(self) -> str:
        """See Gateway. Play money, so that who asks in a dialect is told a number here too."""
        return "1000.00 EUR"

    def currency(self) -> str:
        """See TellsPrices. Nothing costs anything, in any."""
        return ""

    def _promise(self, outgoing: Outgoing, fate: str) -> None:
        wait = max(0.0, outgoing.send_at.timestamp() - time()) if outgoing.send_at else 0.0
        for delays, status in REPORTS.get(fate, DELIVERED):
            report = {
                "event": "report",
                "reference": outgoing.reference,
                "status": status,
                "id": _external_id(outgoing.reference, outgoing.to),
                "to": outgoing.to,
            }
            self._postman.post_in(wait + delays * self._delay, report)


def _external_id(reference: str, to: str) -> str:
    return f"sim{to.lstrip('+')}-{reference}"[:64]
