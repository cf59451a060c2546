"""
What seven answers (https://docs.seven.io/en/rest-api, read 2026-11-22). An HTTP 200 may carry a
failure: only the code in the body counts, and it comes as a bare number, a string, a line of text
or inside an object.
"""

from typing import Any

from messaging.gateways.base import Outgoing, Receipt
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

    code, item = code_of(parsed.get("success")), _item(parsed, outgoing.to)
    if code not in (100, 101):
        code = code or code_of(parsed.get("code")) or code_of(parsed.get("error_code"))
        raise failed(answer, code)
    if item.get("success") not in (True, "true"):
        raise failed(answer, code_of(item.get("error")), clean(item.get("error_text"), 200))
    return Receipt(
        external_id=clean(item.get("id"), 64),
        segments=count(item.get("parts")),
        price=amount(item.get("price")),
        note="Checked only, not sent: debug mode." if parsed.get("debug") == "true" else "",
        exchange=answer.exchange,
    )


def _item(parsed: dict[str, Any], to: str) -> dict[str, Any]:
    """What the answer says of our one recipient; {} if nothing."""
    listed = parsed.get("messages")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    ours = [item for item in items if number(item.get("recipient")) == to]
    if len(items) == 1:
        ours = items
    return ours[0] if ours else {}


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
