"""
What D7 answers and reports (https://d7networks.com/docs, Messages, read 2026-11-22). An answer is a
JSON object; where it refuses, the reason is in `detail`, which has three shapes.
"""

from typing import Any

from messaging.gateways.base import DeliveryReport, ReportStatus
from messaging.gateways.errors import GatewayError
from messaging.gateways.http import Answer, refusal, unreadable
from messaging.gateways.reading import clean, mapping, number, parse_json

REASONS = {
    "ACCESS_TOKEN_EXPIRED": "unauthorised",
    "ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED": "unauthorised",
    "APPLICATION_NOT_EXISTS": "unauthorised",
    "INSUFFICIENT_CREDIT": "no_credit",
    "INVALID_PHONE_NUMBER": "invalid_number",
    "ROUTING_NOT_FOUND": "no_route",
    # fields that a 422 complains about
    "recipients": "invalid_number",
    "originator": "invalid_sender",
    "content": "empty_text",
    "schedule_time": "cannot_schedule",
}
REASON_OF_STATUS = {412: "no_route"}

STATUSES: dict[str, tuple[ReportStatus, str]] = {
    "sent": ("sent", ""),
    "scheduled": ("sent", ""),
    "processed": ("sent", ""),
    "delivered": ("delivered", ""),
    "undelivered": ("undelivered", "undelivered"),
    "not_reachable": ("undelivered", "absent"),
    "spam_content": ("failed", "spam"),
    "insufficient_credit": ("failed", "no_credit"),
    "rejected": ("failed", "rejected"),
}


def read(answer: Answer) -> dict[str, Any]:
    """The JSON object of a 2xx. Raises what anything else means."""
    try:
        parsed = parse_json(answer.text)
    except ValueError:
        parsed = None
    if not answer.ok:
        raise _refusal(answer, mapping(parsed))
    if not isinstance(parsed, dict):
        raise unreadable(answer)
    return parsed


def _refusal(answer: Answer, parsed: Any) -> GatewayError:
    code, words = detail_of(parsed)
    reason = REASONS.get(code) or REASON_OF_STATUS.get(answer.status, "")
    return refusal(answer, reason, code=code, detail=words)


def detail_of(parsed: Any) -> tuple[str, str]:
    """Code and words of `detail`: an object, an array of objects, or a string."""
    detail = parsed.get("detail")
    if isinstance(detail, list):
        detail = detail[0] if detail else None
    if isinstance(detail, str):
        return "", clean(detail, 200)
    found = mapping(detail)
    where = found.get("loc")
    named = [part for part in where if isinstance(part, str)] if isinstance(where, list) else []
    code = clean(found.get("code"), 64) or (clean(named[-1], 64) if named else "")
    return code, clean(found.get("message") or found.get("msg"), 200)


def report(found: Any, external_id: str, reference: str) -> DeliveryReport:
    """A report or an entry of the log, in our words."""
    code = clean(found.get("status"), 32)
    status, reason = STATUSES[spelled(code)]
    return DeliveryReport(
        status, external_id, reference, number(found.get("recipient")), reason, code
    )


def spelled(status: object) -> str:
    """Their documents write un_delivered and undelivered."""
    return clean(status, 32).lower().replace("un_", "un")
