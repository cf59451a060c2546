"""What comes out, as the reference describes it: each as `messaging.facts` makes it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from messaging.models import Channel


class Me(Schema):
    username: str
    scopes: list[str]


class PhoneTold(Schema):
    number: str
    kind: str
    label: str
    is_primary: bool


class ContactTold(Schema):
    id: int
    name: str
    first_name: str
    last_name: str
    job_title: str
    email: str
    time_zone: str
    notes: str
    company: int | None
    tags: list[str]
    phones: list[PhoneTold]
    custom: dict[str, str]
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class CompanyTold(Schema):
    id: int
    name: str
    website: str
    main_contact: int | None
    notes: str
    custom: dict[str, str]
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class DealTold(Schema):
    id: int
    title: str
    contact: int | None
    company: int | None
    stage: str
    amount: Decimal | None
    due_on: date | None
    notes: str
    custom: dict[str, str]
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class MessageTold(Schema):
    """
    from: one of our numbers, or of what came in the sender. channel: what is no text has no
    segments.
    """

    id: int
    direction: str
    channel: Channel
    status: str
    phone: str
    text: str
    reason: str
    contact: int | None
    number: int
    sender: str = Field(alias="from")
    segments: int
    created_at: datetime
    send_after: datetime
    sent_at: datetime | None
    settled_at: datetime | None


class CommentTold(Schema):
    """kind: comment, track (one that texts, with its message), change. hints: when it is new."""

    id: int
    kind: str
    body: str
    author: str | None
    created_at: datetime
    hints: list[str]
    message: MessageTold | None = None


class NumberTold(Schema):
    id: int
    address: str
    label: str
    gateway: str
    is_default: bool


class TemplateTold(Schema):
    id: int
    name: str
    text: str
    is_shared: bool


class OptOutTold(Schema):
    phone: str
    opted_out_at: datetime | None


class ConsentTold(Schema):
    kind: str
    source: str
    words: str
    how: str
    at: datetime


class LedgerTold(OptOutTold):
    """Of one number: whether it may be texted, and all that was said about it, newest first."""

    ledger: list[ConsentTold]


class LookUpTold(Schema):
    """state: live, dead (no such number) or unknown; detail: the gateway's own words."""

    phone: str
    gateway: str
    state: Literal["live", "dead", "unknown"]
    detail: str


class PriceTold(Schema):
    """Of the texts to a country through a gateway; price: of a segment. null is not known."""

    gateway: str
    country: str | None
    segments: int
    price: str | None
    cost: str | None
    currency: str | None


class CostTold(Schema):
    cost: str
    currency: str | None


class EstimateTold(Schema):
    """
    By what texts to the same countries cost lately. total: what is known, by currency, without
    the segments that are `unpriced`.
    """

    total: list[CostTold]
    unpriced: int
    lines: list[PriceTold]


class BroadcastTold(Schema):
    """
    counts: people by the status of their text; "waiting" before there is one; "skipped". estimate:
    what it will cost; null while that is not worked out, which a worker does once it is ready.
    look_up: the gateway that is asked whether their numbers exist; "" for none.
    """

    id: int
    name: str
    text: str
    state: str
    tags: list[str]
    query: str
    only_agreed: bool
    look_up: str
    send_at: datetime | None
    is_local: bool
    needs_approval: bool
    counts: dict[str, int]
    segments: int
    estimate: EstimateTold | None
    created_at: datetime
    started_at: datetime | None


class RecipientTold(Schema):
    """problem: why there is no text for them."""

    phone: str
    contact: int | None
    text: str
    problem: str
    message: int | None
    status: str | None


class Contacts(Schema):
    items: list[ContactTold]
    next_cursor: str | None


class Companies(Schema):
    items: list[CompanyTold]
    next_cursor: str | None


class Deals(Schema):
    items: list[DealTold]
    next_cursor: str | None


class Comments(Schema):
    items: list[CommentTold]
    next_cursor: str | None


class Messages(Schema):
    items: list[MessageTold]
    next_cursor: str | None


class Numbers(Schema):
    items: list[NumberTold]
    next_cursor: str | None


class Templates(Schema):
    items: list[TemplateTold]
    next_cursor: str | None


class OptOuts(Schema):
    items: list[OptOutTold]
    next_cursor: str | None


class Broadcasts(Schema):
    items: list[BroadcastTold]
    next_cursor: str | None


class Recipients(Schema):
    items: list[RecipientTold]
    next_cursor: str | None


class WebhookTold(Schema):
    """failing_since: of one that answers nothing but failures."""

    id: int
    url: str
    note: str
    events: list[str]
    active: bool
    failing_since: datetime | None
    created_at: datetime


class WebhookMade(WebhookTold):
    secret: str


class Webhooks(Schema):
    items: list[WebhookTold]
    next_cursor: str | None


class Problem(Schema):
    """RFC 9457. detail: one sentence; errors: of 422, each field."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None
