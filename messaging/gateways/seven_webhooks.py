"""
What seven.io tells us: https://docs.seven.io/en/rest-api, webhooks and signing, read 2026-11-22.

A webhook is signed over timestamp, nonce, method, full URL and the MD5 of the body. The provider's
own verifier takes signatures of up to five minutes, so retries, which go on for days, must be
signed anew; so do we. A 4xx is final for the provider, a 503 is tried again.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from time import time
from typing import Any

from messaging.gateways import seven_voice
from messaging.gateways.base import DeliveryReport, Event, InboundText, ReportStatus, Request
from messaging.gateways.errors import WebhookRejected
from messaging.gateways.reading import clean, fields, mapping, number, parse_json

MAX_AGE = 300  # seconds between their clock and ours

STATUSES: dict[str, tuple[ReportStatus, str]] = {
    "DELIVERED": ("delivered", ""),
    "NOTDELIVERED": ("undelivered", "undelivered"),
    "EXPIRED": ("undelivered", "expired"),
    "REJECTED": ("failed", "rejected"),
    "FAILED": ("failed", "gateway_error"),
    "BUFFERED": ("sent", ""),
    "TRANSMITTED": ("sent", ""),
    "ACCEPTED": ("sent", ""),
    "UNKNOWN": ("sent", ""),
}


def receive(request: Request, secret: str) -> list[Event]:
    """The events of one webhook. secret: "" leaves the signature unchecked."""
    if secret and not request.trusted:
        _verify(request, secret)
    found = fields(request)
    data = _data(found)
    match clean(found.get("webhook_event")):
        case "sms_mo":
            return [_inbound(data)]
        case "dlr" if clean(data.get("status")).upper() in STATUSES:
            return [
                report(
                    data.get("status"),
                    external_id=clean(data.get("msg_id"), 64),
                    reference=clean(data.get("foreign_id"), 64),
                )
            ]
        case "voice_status":
            return [*seven_voice.changed(data)]
    return []


def report(status: object, *, external_id: str, reference: str, to: object = "") -> DeliveryReport:
    """A status of theirs in our words. One we do not know says no more than that they have it."""
    code = clean(status, 32).upper()
    ours, reason = STATUSES.get(code, STATUSES["UNKNOWN"])
    return DeliveryReport(ours, external_id, reference, number(to), reason, code)


def sign(request: Request, secret: str) -> str:
    """The signature a request should bear."""
    headers = request.headers
    signed = (
        headers.get("x-timestamp", ""),
        headers.get("x-nonce", ""),
        request.method,
        request.url,
        hashlib.md5(request.body, usedforsecurity=False).hexdigest(),
    )
    message = "\n".join(signed).encode("utf-8", "replace")
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _verify(request: Request, secret: str) -> None:
    given = request.headers.get("x-signature", "").strip().lower()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), sign(request, secret).encode()):
        raise WebhookRejected("The signature is missing or wrong.", quarantine=True)
    at = request.headers.get("x-timestamp", "")
    if not (at.isascii() and at.isdigit() and abs(time() - int(at[:15])) <= MAX_AGE):
        raise WebhookRejected("The signature is too old.", quarantine=True)


def _data(found: dict[str, Any]) -> dict[str, Any]:
    """The event's own fields: nested as JSON has them, `data[x]` in forms, or flat."""
    data = found.get("data")
    if isinstance(data, str):
        try:
            data = parse_json(data)
        except ValueError:
            raise WebhookRejected("The data cannot be read.") from None
    bracketed = {key[5:-1]: value for key, value in found.items() if key.startswith("data[")}
    return {**found, **bracketed, **mapping(data)}


def _inbound(data: dict[str, Any]) -> InboundText:
    sender, to = number(data.get("sender")), number(data.get("system"))
    if not sender or not to:
        raise WebhookRejected("A text without its two numbers.")
    return InboundText(
        sender, to, clean(data.get("text")), clean(data.get("id"), 64), _moment(data.get("time"))
    )


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(clean(value, 12)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
