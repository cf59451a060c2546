"""
What D7 answers and reports (https://d7networks.com/docs, Messages, read 2026-11-22). An answer is a
JSON object; where it refuses, the reason is in `detail`, which has three shapes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from messaging.gateways.base import Channel, DeliveryReport, Receipt, ReportStatus
from messaging.gateways.errors import GatewayError, failure
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
    "recipient": "invalid_number",
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
#: What becomes of a message in an app (Viber, Whatsapp, read 2026-11-28; RapidAPI's page of D7 has
#: "dropped"; "failed" is Meta's own word).
IN_APPS: dict[str, tuple[ReportStatus, str]] = STATUSES | {
    "queued": ("sent", ""),
    "read": ("delivered", ""),
    "failed": ("failed", "rejected"),
    "dropped": ("failed", "rejected"),
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


def accepted(answer: Answer) -> Receipt:
    """What the answer to a request means. Raises GatewayError."""
    found = read(answer)
    status = clean(found.get("status"), 32)
    if status == "rejected":
        detail = detail_of(found)[1] or answer.text[:200]
        raise failure("rejected", code=status, detail=detail, exchange=answer.exchange)
    if status != "accepted":
        raise unreadable(answer)
    return Receipt(clean(found.get("request_id"), 64), exchange=answer.exchange)


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


def blamed(answer: Answer, items: Sequence[Sequence[int]]) -> dict[int, GatewayError]:
    """
    Whom a refusal names, by their place in the batch, and what is said of each; {} unless every
    complaint names somebody. items: the places of each item of the request.
    """
    found: dict[int, GatewayError] = {}
    for complaint in _complaints(answer):
        code, words = detail_of({"detail": complaint})
        reason = REASONS.get(code, "rejected")
        told = failure(reason, code=code, detail=words, exchange=answer.exchange)
        places = _places(complaint.get("loc"), items)
        if not places:
            return {}
        found |= dict.fromkeys(places, told)
    return found


def _complaints(answer: Answer) -> list[Mapping[str, Any]]:
    try:
        listed = mapping(parse_json(answer.text)).get("detail")
    except ValueError:
        return []
    return [mapping(one) for one in listed] if isinstance(listed, list) else []


def _places(where: object, items: Sequence[Sequence[int]]) -> Sequence[int]:
    """
    Of a path like body, messages, 3, recipients, 7. Without the last, it is about all of an item,
    unless it is about its recipients: one of several may be wrong, and which is not said.
    """
    match where:
        case ["body", "messages", int(item), "recipients", int(one)]:
            return items[item][one : one + 1] if 0 <= item < len(items) and one >= 0 else []
        case ["body", "messages", int(item), "recipients"] if 0 <= item < len(items):
            return items[item] if len(items[item]) == 1 else []
        case ["body", "messages", int(item), *_] if 0 <= item < len(items):
            return items[item]
    return []


def entry(log: Mapping[str, Any], to: str) -> Mapping[str, Any]:
    """What the log of a request says of this recipient; {} if nothing. to: "" for its only one."""
    listed = log.get("messages")
    entries = [mapping(one) for one in listed] if isinstance(listed, list) else []
    if to:
        entries = [one for one in entries if number(one.get("recipient")) == to]
    return entries[0] if len(entries) == 1 else {}


def report(
    found: Mapping[str, Any],
    external_id: str,
    reference: str,
    batch: str = "",
    channel: Channel = "sms",
) -> DeliveryReport | None:
    """A report or an entry of the log, in our words. None: its status is none that we know."""
    code, words = clean(found.get("status"), 32), clean(found.get("reason"), 200)
    known = STATUSES if channel == "sms" else IN_APPS
    if spelled(code) not in known:
        return None
    status, reason = known[spelled(code)]
    to = number(found.get("recipient"))
    return DeliveryReport(
        status, external_id, reference, to, reason, code, words, batch=batch, channel=channel
    )


def spelled(status: object) -> str:
    """Their documents write un_delivered and undelivered."""
    return clean(status, 32).lower().replace("un_", "un")
