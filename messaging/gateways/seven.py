"""
seven.io, formerly sms77: https://docs.seven.io/en/rest-api, read 2026-11-22.

There is no idempotency key. Our reference travels as `foreign_id`, by which the journal tells what
became of a text. What the answers mean: seven_answers. The gateway suppresses the same text
to the same phone for 180 seconds (code 402); we leave that lock on: after an unknown outcome it is
evidence that the first attempt got through.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from messaging.gateways import seven_webhooks
from messaging.gateways.base import DeliveryReport, Event, Outgoing, Question, Receipt, Request
from messaging.gateways.http import DEADLINE, Http, unreadable
from messaging.gateways.reading import clean
from messaging.gateways.seven_answers import code_of, entries, failed, read, receipt
from messaging.gateways.seven_journal import Journal

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
        return receipt(self._http.post("/sms", json=message), outgoing)

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
        parsed = read(answer)
        if not isinstance(parsed, dict):
            raise failed(answer, code_of(parsed))
        money, currency = clean(parsed.get("amount"), 32), clean(parsed.get("currency"), 3)
        if not money:
            raise unreadable(answer)
        return f"{money} {currency}".rstrip()

    def _page(self, params: Mapping[str, str]) -> list[dict[str, Any]]:
        return entries(self._http.get("/journal/outbound", params=params, cap=JOURNAL_CAP))
