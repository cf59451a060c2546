"""
A gateway without an account, for trying things out: it accepts texts and, a moment later, posts
delivery reports to our own webhook. The last two digits of the recipient's number choose its fate:

    90  refused: the number is not valid
    91  refused: the recipient has opted out
    92  cannot be reached, so it is tried again later
    93  throttled: come back in five seconds
    94  out of credit: the gateway gets paused
    95  unknown outcome, but it was sent: the report or a look-up says so
    96  unknown outcome, and it was never seen: the look-up says so
    97  accepted, then undelivered
    98  accepted, then delivered, delivered once more, and "sent" only after that
    99  accepted, then delivered ten times as late as others

Any other number gets its text. Nothing is stored: number and reference decide everything, so that
after a restart, which forgets the reports not yet posted, `look_up` still tells the truth.
"""

import heapq
import json
import logging
import os
import threading
from decimal import Decimal
from time import monotonic, time

from messaging.gateways.base import (
    DeliveryReport,
    Event,
    InboundText,
    Outgoing,
    Question,
    Receipt,
    ReportStatus,
    Request,
)
from messaging.gateways.errors import (
    GatewayError,
    NotSupported,
    Throttled,
    WebhookRejected,
    failure,
)
from messaging.gateways.http import Http
from messaging.gateways.reading import clean, fields, number
from messaging.segments import measure

logger = logging.getLogger(__name__)

FAILS = {
    "90": "invalid_number",
    "91": "opted_out",
    "92": "unreachable",
    "93": "throttled",
    "94": "no_credit",
    "95": "timeout",
    "96": "timeout",
}
UNSEEN = {"90", "91", "92", "93", "94", "96"}
STATUSES: dict[str, ReportStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}
# What is reported, and after how many delays.
REPORTS: dict[str, list[tuple[int, ReportStatus]]] = {
    "97": [(1, "undelivered")],
    "98": [(1, "delivered"), (2, "delivered"), (3, "sent")],
    "99": [(10, "delivered")],
}
DELIVERED: list[tuple[int, ReportStatus]] = [(1, "delivered")]
TRIES = 3
PAUSE = 1.0  # seconds before the second try; twice as long before each further one


def report_for(phone: str) -> DeliveryReport | None:
    """What becomes, in the end, of a text to this phone; None if the simulator never sees it."""
    if phone[-2:] in UNSEEN:
        return None
    status = REPORTS.get(phone[-2:], DELIVERED)[0][1]
    return DeliveryReport(status, to=phone, reason="" if status == "delivered" else "undelivered")


class Simulator:
    """webhook_url: our own webhook for it, https or on this machine. delay: seconds to a report."""

    name = "simulator"

    def __init__(self, webhook_url: str, delay: float = 1.0) -> None:
        self._postman = _Postman(Http(webhook_url, {}))
        self._delay = delay

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway. Makes no request; of one text it reports the same whenever it is sent."""
        fate = outgoing.to[-2:]
        if fate not in UNSEEN:
            self._promise(outgoing, fate)
        if fate in FAILS:
            raise _failure(FAILS[fate])
        return Receipt(
            external_id=_external_id(outgoing.reference, outgoing.to),
            segments=measure(outgoing.text).segments,
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

    def balance(self) -> str:
        """See Gateway."""
        return "unlimited, because nothing is sent"

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


def _failure(reason: str) -> GatewayError:
    error = failure(reason, code="simulated")
    if isinstance(error, Throttled):
        error.retry_after = 5.0
    return error


def _external_id(reference: str, to: str) -> str:
    return f"sim{to.lstrip('+')}-{reference}"[:64]


class _Postman:
    """Posts reports when they are due, from one thread in each process that has any."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._rounds: dict[int, _Round] = {}  # by process: a fork takes no thread along

    def post_in(self, seconds: float, report: dict[str, str]) -> None:
        mine = self._rounds.setdefault(os.getpid(), _Round(self._http))
        mine.put(monotonic() + seconds, 0, json.dumps(report))


class _Round:
    def __init__(self, http: Http) -> None:
        self._http = http
        self._wake = threading.Condition()
        self._due: list[tuple[float, int, str]] = []  # when, tries so far, the report
        self._started = False

    def put(self, when: float, tries: int, report: str) -> None:
        with self._wake:
            heapq.heappush(self._due, (when, tries, report))
            self._wake.notify()
            if not self._started:
                self._started = True
                threading.Thread(target=self._walk, name="simulator", daemon=True).start()

    def _walk(self) -> None:
        while True:
            tries, report = self._next()
            if self._posted(report):
                continue
            if tries + 1 < TRIES:
                self.put(monotonic() + PAUSE * 2**tries, tries + 1, report)
            else:
                logger.warning("A simulated report could not be posted to our own webhook.")

    def _next(self) -> tuple[int, str]:
        with self._wake:
            while not self._due or self._due[0][0] > monotonic():
                self._wake.wait(self._due[0][0] - monotonic() if self._due else None)
            return heapq.heappop(self._due)[1:]

    def _posted(self, report: str) -> bool:
        try:
            return self._http.post("", json=json.loads(report)).ok
        except GatewayError:
            return False
