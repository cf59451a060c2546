"""
D7 Networks: https://d7networks.com/docs, Messages, read 2026-11-22.

A request has one id for all its recipients, and the id of a message comes only with its report: a
text is known by request_id and recipient. There is no idempotency key and no way to find a text
whose request_id we never got. So each text, or each batch of them, has its own report address,
with our reference in the query: the report that arrives there is the only proof after an unknown
outcome. What requests hold: d7_requests; messages in Viber and WhatsApp: d7_apps.
"""

from collections.abc import Hashable, Sequence
from typing import Any
from urllib.parse import quote

from messaging.gateways import d7_apps, many
from messaging.gateways.base import (
    Batch,
    Channel,
    DeliveryReport,
    Event,
    Finding,
    InboundText,
    Outgoing,
    Question,
    Receipt,
    Request,
)
from messaging.gateways.d7_answers import accepted, blamed, entry, read, report
from messaging.gateways.d7_lookup import finding
from messaging.gateways.d7_requests import body, items
from messaging.gateways.errors import GatewayError, NotSupported, Refused, WebhookRejected, failure
from messaging.gateways.http import DEADLINE, Answer, Http, unreadable
from messaging.gateways.reading import clean, fields, number


class D7:
    """
    token: an application's, from the dashboard. batch: texts of a request, 100 at most.
    viber_label: what Viber is told messages are, PROMOTION or TRANSACTION.
    """

    name = "d7"
    channels: frozenset[Channel] = d7_apps.CARRIED

    def __init__(
        self,
        token: str,
        base_url: str = "https://api.d7networks.com",
        batch: int = many.MOST,
        viber_label: str = "PROMOTION",
        *,
        deadline: float = DEADLINE,
    ) -> None:
        self.most = many.bounded(batch)
        self._label = viber_label
        headers, plain = {"Authorization": f"Bearer {token}"}, {"Accept": "application/json"}
        self._http = Http(base_url, headers, deadline, plain=plain)

    def send(self, outgoing: Outgoing) -> Receipt:
        """See Gateway."""
        if path := d7_apps.SENDS.get(outgoing.channel):
            sent = d7_apps.body(outgoing, self._label)
            return d7_apps.receipt(self._http.post(path, json=sent, hide=[outgoing.report_url]))
        return accepted(self._post([outgoing], outgoing.reference, outgoing.report_url))

    def alike(self, outgoing: Outgoing) -> Hashable:
        """See CarriesMany: the words may differ."""
        return outgoing.sender, outgoing.send_at

    def send_many(self, batch: Batch) -> list[many.Outcome]:
        """See CarriesMany. One answer is for all, but a refusal may name some."""
        try:
            answer = self._post(batch.texts, batch.reference, batch.report_url)
            return many.each(batch, accepted(answer))
        except Refused as error:
            return many.refused(batch, error, blamed(answer, items(batch.texts)))
        except GatewayError as error:
            return many.each(batch, error)

    def receive(self, request: Request) -> list[Event]:
        """See Gateway. Of texts come forms, in either encoding; of WhatsApp JSON; all unsigned."""
        found = fields(request)
        if "mo_id" in found:
            return [_inbound(found)]
        reference, batch = (clean(request.query.get(name), 64) for name in ("reference", "batch"))
        channel = d7_apps.channel_of(request.query.get("channel"), found)
        told = report(found, clean(found.get("request_id"), 64), reference, batch, channel)
        return [told] if told else []

    def look_up(self, question: Question) -> DeliveryReport | None:
        """By their request_id and recipient; never None, because a text that has one was seen."""
        log, theirs, channel = (
            d7_apps.LOGS.get(question.channel),
            question.external_id,
            question.channel,
        )
        if not (log and theirs):
            raise NotSupported("D7 finds a text only by its own id.")
        answer = self._http.get(f"{log}/{quote(theirs, safe='')}")
        if answer.status == 404:
            raise failure("gateway_error", code="404", exchange=answer.exchange)
        found = entry(read(answer), question.to)
        told = report(found, theirs, question.reference, channel=channel)
        if told is None:
            raise unreadable(answer)
        return told

    def look_up_number(self, phone: str) -> Finding:
        """See LooksUpNumbers. `num_lookup` of a text would be paid for, and tells nobody."""
        return finding(self._http.post("/hlr/v1/lookup", json={"recipient": phone}), phone)

    def balance(self) -> str:
        """See Gateway. The currency is the account's; the gateway does not name it."""
        answer = self._http.get("/messages/v1/balance")
        money = clean(read(answer).get("balance"), 32)
        if not money:
            raise unreadable(answer)
        return money

    def _post(self, texts: Sequence[Outgoing], reference: str, report_url: str) -> Answer:
        sent = body(texts, reference, report_url)
        return self._http.post("/messages/v1/send", json=sent, hide=[report_url])


def _inbound(found: dict[str, Any]) -> InboundText:
    sender, to = number(found.get("sender")), number(found.get("receiver"))
    if not sender or not to:
        raise WebhookRejected("A text without its two numbers.")
    return InboundText(sender, to, clean(found.get("text")), clean(found.get("mo_id"), 64))
