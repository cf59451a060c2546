"""
Calls by seven.io: a text is spoken to one phone (https://docs.seven.io/en/rest-api, voice and
webhooks, read 2026-11-22; its own JavaScript client of 2026-05-02, read 2026-11-27).

Known statuses are `completed` and `no-answer`; busy, failed and canceled are what we expect of
others. Words that look like XML would be taken for orders to their switchboard, so angle brackets
are never said.
"""

from collections.abc import Mapping
from typing import Any

from messaging.gateways.base import DeliveryReport, Outgoing, ReportStatus
from messaging.gateways.reading import clean, number

STATUSES: dict[str, tuple[ReportStatus, str]] = {
    "completed": ("delivered", ""),
    "no-answer": ("undelivered", "no_answer"),
    "busy": ("undelivered", "busy"),
    "canceled": ("undelivered", "undelivered"),
    "failed": ("failed", "gateway_error"),
}
NOT_SAID = str.maketrans("<>", "  ")


def body(outgoing: Outgoing) -> dict[str, str]:
    """The request for one call."""
    return {
        "to": outgoing.to,
        "from": outgoing.sender,
        "text": clean(outgoing.text).translate(NOT_SAID),
        "foreign_id": outgoing.reference,
    }


def report(status: object, *, external_id: str, reference: str, to: object = "") -> DeliveryReport:
    """A status of theirs in our words. One we do not know says no more than that they have it."""
    code = clean(status, 32)
    ours, reason = STATUSES.get(code.lower().replace("_", "-"), ("sent", ""))
    return DeliveryReport(ours, external_id, reference, number(to), reason, code, channel="call")


def changed(data: Mapping[str, Any]) -> list[DeliveryReport]:
    """What a `voice_status` webhook tells; nothing if it names no call, or no status."""
    external_id, reference = clean(data.get("id"), 64), clean(data.get("foreign_id"), 64)
    if not clean(data.get("status")) or not (external_id or reference):
        return []
    to = data.get("recipient")
    return [report(data.get("status"), external_id=external_id, reference=reference, to=to)]
