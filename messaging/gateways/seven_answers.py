"""
What seven answers (https://docs.seven.io/en/rest-api, read 2026-11-22). An HTTP 200 may carry a
failure: only the code in the body counts, and it comes as a bare number, a string, a line of text
or inside an object.
"""

import json
from typing import Any

from messaging.gateways import many
from messaging.gateways.base import Batch, Outgoing, Receipt
from messaging.gateways.errors import GatewayError, failure
from messaging.gateways.http import Answer, refusal, unreadable
from messaging.gateways.reading import amount, clean, count, number, parse_json

REASONS = {
    11: "gateway_error",
    201: "invalid_sender",
    202: "invalid_number",
    300: "unauthorised",
    301: "invalid_number",
    304: "rejected",
    305: "empty_text",
    306: "invalid_sender",
    307: "rejected",
    400: "rejected",
    401: "too_long",
    402: "duplicate",
    403: "daily_limit",
    500: "no_credit",
    600: "gateway_error",
    700: "gateway_error",
    900: "unauthorised",
    901: "unauthorised",
    902: "forbidden",
    903: "ip_refused",
}


def receipt(answer: Answer, outgoing: Outgoing) -> Receipt:
    """What the answer to a text means. Raises GatewayError."""
    parsed = read(answer)
    if not isinstance(parsed, dict):
        if code_of(parsed) != 100:
            raise failed(answer, code_of(parsed))
        return Receipt(clean(_second_line(answer.text), 64), exchange=answer.exchange)
    if failing := _failing(answer, parsed):
        raise failing
    items = _items(parsed)
    ours = [item for item in items if number(item.get("recipient")) == outgoing.to]
    told = _told(answer, parsed, next(iter(items if len(items) == 1 else ours), {}))
    if isinstance(told, GatewayError):
        raise told
    return told


def outcomes(answer: Answer, batch: Batch) -> list[many.Outcome]:
    """
    What the answer to many means for each: its own item alone counts; only where there are no
    items at all, what is said of the whole. Raises GatewayError where that is the same for all.
    """
    parsed = read(answer)
    whole = parsed if isinstance(parsed, dict) else {"success": parsed}
    if items := _by_recipient(whole):
        return [_own(answer, whole, items.get(one.to), batch, one) for one in batch.texts]

    failing = _failing(answer, whole)
    if failing or parsed is whole or code_of(parsed) != 100:
        raise failing or unreadable(answer)
    return many.each(batch, Receipt(exchange=answer.exchange))


def _own(
    answer: Answer,
    whole: dict[str, Any],
    item: dict[str, Any] | None,
    batch: Batch,
    outgoing: Outgoing,
) -> many.Outcome:
    told = _told(answer, whole, item) if item else unreadable(answer)
    return many.about(batch, outgoing, told, json.dumps(item, default=str))


def _by_recipient(whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Of two about the same recipient, one that says it was accepted."""
    items = sorted(_items(whole), key=lambda item: item.get("success") in (True, "true"))
    return {number(item.get("recipient")): item for item in items}


def _failing(answer: Answer, parsed: dict[str, Any]) -> GatewayError | None:
    """What the code of the whole answer says, if that is a failure."""
    code = code_of(parsed.get("success"))
    if code in (100, 101):
        return None
    code = code or code_of(parsed.get("code")) or code_of(parsed.get("error_code"))
    return failed(answer, code)


def _items(parsed: dict[str, Any]) -> list[dict[str, Any]]:
    listed = parsed.get("messages")
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _told(answer: Answer, parsed: dict[str, Any], item: dict[str, Any]) -> many.Outcome:
    """What the answer says of one recipient."""
    if item.get("success") not in (True, "true"):
        return failed(answer, code_of(item.get("error")), clean(item.get("error_text"), 200))
    return Receipt(
        external_id=clean(item.get("id"), 64),
        segments=count(item.get("parts")),
        price=amount(item.get("price")),
        note="Checked only, not sent: debug mode." if parsed.get("debug") in (True, "true") else "",
        exchange=answer.exchange,
    )


def failed(answer: Answer, code: int | None, detail: str = "") -> GatewayError:
    """The failure that a code of theirs means; None or 100, which is success, make no sense."""
    if code is None or code == 100:
        return unreadable(answer)
    reason, detail = REASONS.get(code, "gateway_error"), detail or answer.text[:200]
    return failure(reason, code=str(code), detail=detail, exchange=answer.exchange)


def entries(answer: Answer) -> list[dict[str, Any]]:
    """A page of the journal. Raises GatewayError."""
    parsed = read(answer)
    if not isinstance(parsed, list):
        raise failed(answer, code_of(parsed))
    if not all(isinstance(entry, dict) for entry in parsed):
        raise unreadable(answer)
    return parsed


def read(answer: Answer) -> Any:
    """The body of a 2xx as JSON, else its first line. Raises what any other status means."""
    if not answer.ok:
        raise refusal(answer)
    try:
        return parse_json(answer.text)
    except ValueError:
        return answer.text.split("\n", 1)[0].strip()


def _second_line(text: str) -> str:
    """In the text form, the message's id follows the code."""
    lines = text.split("\n")
    return lines[1].strip() if len(lines) > 1 and lines[1].strip().isdigit() else ""


def code_of(value: object) -> int | None:
    """One of their codes, however it is written."""
    given = clean(value, 8)
    return int(given) if given.isascii() and given.isdigit() else None
