"""
What the last two digits of a recipient's number choose at the simulator:

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

Any other number gets its text.
"""

from messaging.gateways.base import DeliveryReport, ReportStatus
from messaging.gateways.errors import GatewayError, Throttled, failure

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
# What is reported, and after how many delays.
REPORTS: dict[str, list[tuple[int, ReportStatus]]] = {
    "97": [(1, "undelivered")],
    "98": [(1, "delivered"), (2, "delivered"), (3, "sent")],
    "99": [(10, "delivered")],
}
DELIVERED: list[tuple[int, ReportStatus]] = [(1, "delivered")]


def report_for(phone: str) -> DeliveryReport | None:
    """What becomes, in the end, of a text to this phone; None if the simulator never sees it."""
    if phone[-2:] in UNSEEN:
        return None
    status = REPORTS.get(phone[-2:], DELIVERED)[0][1]
    return DeliveryReport(status, to=phone, reason="" if status == "delivered" else "undelivered")


def failure_of(fate: str) -> GatewayError:
    """The failure these digits stand for."""
    error = failure(FAILS[fate], code="simulated")
    if isinstance(error, Throttled):
        error.retry_after = 5.0
    return error
