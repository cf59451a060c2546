"""
seven.io, formerly sms77: https://docs.seven.io/en/rest-api, read 2026-11-22.

An HTTP 200 may carry a failure: only the code in the body counts, and it comes as a bare number, a
string, a line of text or inside an object. There is no idempotency key. Our reference travels as
`foreign_id`, by which the journal tells what became of a text. The gateway suppresses the same text
to the same phone for 180 seconds (code 402); we leave that lock on: after an unknown outcome it is
evidence that the first attempt got through.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from messaging.gateways import seven_webhooks
from messaging.gateways.base import DeliveryReport, Event, Outgoing, Question, Receipt, Request
from messaging.gateways.errors import GatewayError, failure
from messaging.gateways.http import DEADLINE, Answer, Http, refusal, unreadable
from messaging.gateways.reading import amount, clean, count, number, parse_json
from messaging.gateways.seven_journal import Journal

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
JOURNAL_CAP = 2 * 1024 * 1024  # bytes of a page: 100 texts of 1,520 characters, each escaped


class Seven:
    """api_key: from the developer area. signing_secret: checks webhooks if set."""

    name = "seven"

    def __init__(
        self,
        api_key: str,
        base_url: str = "https://gateway.seven.io/api",
        signing_secret: str = "",
        *,
        deadline: float = DEADLINE,
    ) -> None:
        headers, plain = {"X-Api-Key": api_key}, {"Accept": "application/json"}
        self._http = Http(base_url, headers, deadline, plain=plain)
        self._secret = signing_secret
        self._journal = Journal(self._page)

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway."""
        message = {
            "to": outgoing.to,
            "from": outgoing.sender,
            "text": clean(outgoing.text),
            "foreign_id": outgoing.reference,
        }
        if outgoing.send_at:
            message["delay"] = str(math.ceil(outgoing.send_at.timestamp()))
        return _receipt(self._http.post("/sms", json=message), outgoing)

    def receive(self, request: Request) -> list[Event]:
        """See Gateway. Webhooks are best registered as JSON; forms and queries are read too."""
        return seven_webhooks.receive(request, self._secret)

    def look_up(self, question: Question) -> DeliveryReport | None:
        """See Gateway, and seven_journal for how sure it is."""
        return self._journal.find(question)

    def look_up_all(
        self, questions: Sequence[Question]
    ) -> Iterator[tuple[Question, DeliveryReport | None]]:
        """See Gateway. Reads the journal once for all."""
        return self._journal.find_all(questions)

    def balance(self) -> str:
        """See Gateway."""
        answer = self._http.get("/balance")
        parsed = _parsed(answer)
        if not isinstance(parsed, dict):
            raise _failed(answer, _code(parsed))
        money, currency = clean(parsed.get("amount"), 32), clean(parsed.get("currency"), 3)
        if not money:
            raise unreadable(answer)
        return f"{money} {currency}".rstrip()

    def _page(self, params: Mapping[str, str]) -> list[dict[str, Any]]:
        return _entries(self._http.get("/journal/outbound", params=params, cap=JOURNAL_CAP))


def _receipt(answer: Answer, outgoing: Outgoing) -> Receipt:
    parsed = _parsed(answer)
    if not isinstance(parsed, dict):
        if _code(parsed) != 100:
            raise _failed(answer, _code(parsed))
        return Receipt(clean(_second_line(answer.text), 64), exchange=answer.exchange)

    code, item = _code(parsed.get("success")), _item(parsed, outgoing.to)
    if code not in (100, 101):
        code = code or _code(parsed.get("code")) or _code(parsed.get("error_code"))
        raise _failed(answer, code)
    if item.get("success") not in (True, "true"):
        raise _failed(answer, _code(item.get("error")), clean(item.get("error_text"), 200))
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


def _failed(answer: Answer, code: int | None, detail: str = "") -> GatewayError:
    if code is None or code == 100:
        return unreadable(answer)
    reason, detail = REASONS.get(code, "gateway_error"), detail or answer.text[:200]
    return failure(reason, code=str(code), detail=detail, exchange=answer.exchange)


def _entries(answer: Answer) -> list[dict[str, Any]]:
    parsed = _parsed(answer)
    if not isinstance(parsed, list):
        raise _failed(answer, _code(parsed))
    if not all(isinstance(entry, dict) for entry in parsed):
        raise unreadable(answer)
    return parsed


def _parsed(answer: Answer) -> Any:
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


def _code(value: object) -> int | None:
    given = clean(value, 8)
    return int(given) if given.isascii() and given.isdigit() else None
