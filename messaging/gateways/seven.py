"""
seven.io, formerly sms77: https://docs.seven.io/en/rest-api, read 2026-11-22.

There is no idempotency key. Our reference travels as `foreign_id`, by which the journal tells what
became of a text; a request to many has one, its batch's, and there the recipient tells them apart.
What the answers mean: seven_answers. Calls: seven_voice. The gateway suppresses the same text
to the same phone for 180 seconds (code 402); we leave that lock on: after an unknown outcome it is
evidence that the first attempt got through.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from messaging.gateways import many, seven_voice, seven_webhooks
from messaging.gateways.base import (
    Batch,
    Channel,
    DeliveryReport,
    Event,
    Finding,
    Outgoing,
    Question,
    Receipt,
    Request,
)
from messaging.gateways.errors import GatewayError, Refused
from messaging.gateways.http import DEADLINE, Answer, Http, unreadable
from messaging.gateways.reading import clean
from messaging.gateways.seven_answers import code_of, entries, failed, outcomes, read, receipt
from messaging.gateways.seven_journal import Journal, of_call, of_text
from messaging.gateways.seven_lookup import finding

JOURNAL_CAP = 2 * 1024 * 1024  # bytes of a page: 100 texts of 1,520 characters, each escaped


class Seven:
    """
    api_key: from the developer area. signing_secret: checks webhooks if set. batch: recipients of
    a request, 100 at most.
    """

    name = "seven"
    channels: frozenset[Channel] = frozenset({"call"})

    def __init__(
        self,
        api_key: str,
        base_url: str = "https://gateway.seven.io/api",
        signing_secret: str = "",
        batch: int = many.MOST,
        *,
        deadline: float = DEADLINE,
    ) -> None:
        headers, plain = {"X-Api-Key": api_key}, {"Accept": "application/json"}
        self._http = Http(base_url, headers, deadline, plain=plain)
        self.most = many.bounded(batch)
        self._secret = signing_secret
        self._journals: dict[Channel, Journal] = {
            "sms": Journal(partial(self._page, "outbound"), of_text),
            "call": Journal(partial(self._page, "voice"), of_call),
        }

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway."""
        if outgoing.channel == "call":
            answer = self._http.post("/voice", json=seven_voice.body(outgoing))
        else:
            answer = self._post(outgoing, outgoing.to, outgoing.reference)
        return receipt(answer, outgoing)

    def alike(self, outgoing: Outgoing) -> Hashable:
        """See CarriesMany: the words are the same for all."""
        return outgoing.sender, outgoing.text, outgoing.send_at

    def send_many(self, batch: Batch) -> list[many.Outcome]:
        """See CarriesMany."""
        to = ",".join(outgoing.to for outgoing in batch.texts)
        try:
            return outcomes(self._post(batch.texts[0], to, batch.reference), batch)
        except Refused as error:
            return many.refused(batch, error)
        except GatewayError as error:
            return many.each(batch, error)

    def receive(self, request: Request) -> list[Event]:
        """See Gateway. Webhooks are best registered as JSON; forms and queries are read too."""
        return seven_webhooks.receive(request, self._secret)

    def look_up(self, question: Question) -> DeliveryReport | None:
        """See Gateway, and seven_journal for how sure it is."""
        return self._journals[question.channel].find(question)

    def look_up_all(
        self, questions: Sequence[Question]
    ) -> Iterator[tuple[Question, DeliveryReport | None]]:
        """See Gateway. Reads each journal once for all."""
        for channel, journal in self._journals.items():
            if mine := [one for one in questions if one.channel == channel]:
                yield from journal.find_all(mine)

    def look_up_number(self, phone: str) -> Finding:
        """See LooksUpNumbers: the home location register."""
        return finding(self._http.get("/lookup/hlr", params={"number": phone}), phone)

    def balance(self) -> str:
        """See Gateway."""
        return " ".join(self._account()).rstrip()

    def currency(self) -> str:
        """See TellsPrices: the account's, which its balance names."""
        return self._account()[1]

    def _account(self) -> tuple[str, str]:
        """The balance and its currency, which may be ""."""
        answer = self._http.get("/balance")
        parsed = read(answer)
        if not isinstance(parsed, dict):
            raise failed(answer, code_of(parsed))
        money, currency = clean(parsed.get("amount"), 32), clean(parsed.get("currency"), 3)
        if not money:
            raise unreadable(answer)
        return money, currency

    def _post(self, outgoing: Outgoing, to: str, foreign_id: str) -> Answer:
        message = {
            "to": to,
            "from": outgoing.sender,
            "text": clean(outgoing.text),
            "foreign_id": foreign_id,
        }
        if outgoing.send_at:
            message["delay"] = str(math.ceil(outgoing.send_at.timestamp()))
        return self._http.post("/sms", json=message)

    def _page(self, which: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
        return entries(self._http.get(f"/journal/{which}", params=params, cap=JOURNAL_CAP))
