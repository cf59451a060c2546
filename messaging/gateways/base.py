"""
What every gateway speaks with us: texts out, receipts back, events in. Plain data, no Django.

What people wrote, and addresses that hold a secret, stay out of every repr and so out of logs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from messaging.gateways.errors import GatewayError

ReportStatus = Literal["sent", "delivered", "undelivered", "failed"]
#: How words reach a phone. Every gateway carries "sms"; more it says itself (CarriesChannels).
Channel = Literal["sms", "call", "viber", "whatsapp"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text as an adapter gets it."""

    reference: str  # ours: a uuid4 as text
    sender: str  # E.164, or an alphanumeric sender id
    to: str  # E.164
    text: str = field(repr=False)
    encoding: str  # "GSM-7" or "UCS-2"; "" where it is no SMS
    report_url: str = field(default="", repr=False)  # where reports for this very text go
    send_at: datetime | None = None  # aware; only to use the gateway's own scheduler
    channel: Channel = "sms"  # "call": the text is spoken; others: the app it arrives in


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that share a request, each to a phone of its own: with it, the batch names a text."""

    reference: str  # ours: a uuid4 as text, known of each text before the request leaves
    texts: Sequence[Outgoing]
    report_url: str = field(default="", repr=False)  # where reports for any of them go


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, without credentials, each side at most 4 KB."""

    method: str
    url: str
    request: str = field(repr=False)
    status: int | None  # None: no answer
    response: str = field(repr=False)
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The gateway accepted a text; that is not yet delivery. "" and None: it did not say."""

    external_id: str = ""
    segments: int | None = None
    price: Decimal | None = None  # in the account's currency
    note: str = ""
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook as it arrived."""

    method: str
    url: str = field(repr=False)  # the full public one, as it was registered
    headers: Mapping[str, str] = field(repr=False)  # names in lower case
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    trusted: bool = False  # its signature was found good when it came; it is applied again now


@dataclass(frozen=True, slots=True)
class InboundText:
    """Somebody texted a number of ours. sent_at is aware, by the gateway's clock."""

    sender: str
    to: str
    text: str = field(repr=False)
    external_id: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a text. reason: a word of `reasons`; code, detail: the gateway's own."""

    status: ReportStatus
    external_id: str = ""
    reference: str = ""
    to: str = ""
    reason: str = ""
    code: str = ""
    detail: str = ""
    batch: str = ""  # the reference of the batch it left in; with `to`, names a text as well
    channel: Channel = "sms"  # their ids are unique within one


@dataclass(frozen=True, slots=True)
class OutgoingCopy:
    """A text that left one of our numbers, by us or from the gateway's own app."""

    sender: str
    to: str
    text: str = field(repr=False)
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The gateway put a phone on its do-not-text list."""

    phone: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class OptedIn:
    """The gateway took a phone off that list. No consent by itself: the inbox decides."""

    phone: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look-up says of a phone. detail: the gateway's own words."""

    state: Literal["live", "dead", "unknown"]  # dead: no such number; switched off is unknown
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What became of one text, by our reference, or by their id where we have one?"""

    reference: str
    external_id: str = ""
    to: str = ""  # its recipient: narrows the search
    since: datetime | None = None  # aware; when it was first tried: narrows it too
    batches: frozenset[str] = frozenset()  # references of those it left in, if any
    channel: Channel = "sms"


Event = InboundText | DeliveryReport | OutgoingCopy | OptedOut | OptedIn


class Gateway(Protocol):
    """One gateway. Safe to share between threads and to carry over a fork."""

    name: str

    def send(self, outgoing: Outgoing) -> Receipt:
        """
        Hands one text over, in exactly one request. Raises GatewayError. It is asked only for
        what it carries: texts, and what its `channels` name.
        """

    def receive(self, request: Request) -> list[Event]:
        """What a webhook says; [] if it does not concern us. Raises WebhookRejected, only that."""

    def look_up(self, question: Question) -> DeliveryReport | None:
        """
        What became of a text. None means the gateway has certainly never seen it. Raises
        NotSupported, or GatewayError: not known now.
        """

    def balance(self) -> str:
        """The account's balance for people to read. Raises NotSupported, GatewayError."""


@runtime_checkable
class CarriesMany(Protocol):
    """
    What a gateway may offer besides: one request with many texts, and what became of each. What
    goes another way than texts never shares a request.
    """

    most: int  # texts of a request

    def alike(self, outgoing: Outgoing) -> Hashable:
        """Texts of which this is the same may share a request."""

    def send_many(self, batch: Batch) -> list[Receipt | GatewayError]:
        """
        Hands them over, in exactly one request; what became of each, in their order. Raises
        GatewayError where that is the same for all.
        """


@runtime_checkable
class CarriesChannels(Protocol):
    """What a gateway may offer besides: other ways to a phone than texts, by the same `send`."""

    channels: frozenset[Channel]  # besides "sms"


@runtime_checkable
class TellsPrices(Protocol):
    """What a gateway may offer besides: receipts that say what a text cost."""

    def currency(self) -> str:
        """What its prices are in: "EUR"; "" if it does not say. Raises GatewayError."""


@runtime_checkable
class LooksUpNumbers(Protocol):
    """What a gateway may offer besides, and charges for: whether there is such a number."""

    def look_up_number(self, phone: str) -> Finding:
        """Of one phone (E.164), in exactly one request. Raises GatewayError."""


@runtime_checkable
class KeepsJournal(Protocol):
    """What a gateway may offer besides: one reading that answers for many texts."""

    def look_up_all(
        self, questions: Sequence[Question]
    ) -> Iterator[tuple[Question, DeliveryReport | None]]:
        """As look_up, in any order, as the answers come. What is not known now is left out."""
