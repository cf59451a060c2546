"""What goes in, checked; and what comes out, as plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils import timezone
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import StringConstraints as Length

from contacts.comments import storable
from contacts.forms.phones import MOST as MOST_PHONES
from contacts.forms.tags import MOST as MOST_TAGS
from contacts.ids import MOST_PK
from contacts.models import Deal
from contacts.paging import Page, page, reads
from messaging import facts
from messaging.api.problems import Problem
from messaging.models import Channel


def _fit(typed: Any) -> Any:
    """As both databases take it, and without the space around it."""
    return storable(typed).strip() if isinstance(typed, str) else typed


Words = Annotated[str, BeforeValidator(_fit)]
Short = Annotated[Words, Length(max_length=40)]
Name = Annotated[Words, Length(max_length=80)]
Line = Annotated[Words, Length(max_length=120)]
Address = Annotated[Words, Length(max_length=500)]
Long = Annotated[Words, Length(max_length=10_000)]
Custom = dict[Short, Address | int | float | None]
Id = Annotated[int, Field(ge=1, le=MOST_PK)]

NO_CURSOR = "cursor: this is none of ours. Leave it out to begin anew."
LATEST = timedelta(days=365)


def sendable(at: datetime) -> datetime:
    """Without an offset it is UTC; what is past is now. Raises ValueError."""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    now = timezone.now()
    if at > now + LATEST:
        raise ValueError("has to be within the next 365 days")
    return max(at, now)


class Given(BaseModel):
    """What a body may say; a name that means nothing here is refused: it may be a mistyped one."""

    model_config = ConfigDict(extra="forbid")


class PhoneIn(Given):
    number: Line
    kind: Line = "mobile"
    label: Short = ""


class ContactIn(Given):
    """
    Of a change, what is left out stays. phones: all of them, the primary first. custom: by the
    fields' keys; a date is such as 2026-11-27, a choice is named, null empties a field.
    """

    first_name: Name | None = None
    last_name: Name | None = None
    job_title: Line | None = None
    company: Id | None = None
    email: Line | None = None
    time_zone: Line | None = None
    notes: Long | None = None
    tags: Annotated[list[Short], Field(max_length=MOST_TAGS)] | None = None
    phones: Annotated[list[PhoneIn], Field(max_length=MOST_PHONES)] | None = None
    custom: Custom | None = None


class CompanyIn(Given):
    """Of a change, what is left out stays. main_contact: who gets its texts."""

    name: Line | None = None
    website: Annotated[Words, Length(max_length=200)] | None = None
    main_contact: Id | None = None
    notes: Long | None = None
    custom: Custom | None = None


class DealIn(Given):
    """Of a change, what is left out stays. contact, else the company's main one, gets its texts."""

    title: Line | None = None
    contact: Id | None = None
    company: Id | None = None
    stage: Deal.Stage = Deal.Stage.LEAD
    amount: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = None
    due_on: date | None = None
    notes: Long | None = None
    custom: Custom | None = None


class CommentIn(Given):
    body: Long


class MessageIn(Given):
    """
    to: a phone; or contact: its id. from: one of our numbers; else the usual rules. channel:
    "call" has the words spoken on the phone; "viber" and "whatsapp" are apps.
    """

    text: Long
    channel: Channel = Channel.SMS
    to: Line | None = None
    contact: Id | None = None
    sender: Line | None = Field(None, alias="from")
    send_at: Annotated[datetime, AfterValidator(sendable)] | None = None


def comment(row: Any) -> dict[str, Any]:
    """Of a track, the message as well."""
    author = row.author and row.author.get_username()
    shown = {"id": row.pk, "kind": row.kind, "body": row.body, "author": author}
    track = getattr(row, "track", None)
    return (
        shown
        | {"created_at": row.created_at, "hints": getattr(row, "hints", [])}
        | ({"message": facts.message(track.message)} if track else {})
    )


def items(rows: QuerySet[Any], order: str, cursor: str, show: Any) -> dict[str, Any]:
    """
    A page of a list. Raises Problem for a cursor we did not give: a program that went on from the
    beginning would never end.
    """
    if cursor and not reads(rows, order, cursor):
        raise Problem(422, NO_CURSOR)
    found: Page[Any] = page(rows, order, cursor=cursor)
    return {"items": [show(row) for row in found.items], "next_cursor": found.next or None}


def every(rows: Iterable[Any], show: Any) -> dict[str, Any]:
    """A list that fits on one page, in the shape of all others."""
    return {"items": [show(row) for row in rows], "next_cursor": None}
