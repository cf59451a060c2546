"""A text as it stands on a timeline: the card of a track, prepared for its template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Min
from django.utils import timezone

from contacts.models import Contact
from contacts.models.member import eyes_of
from messaging import chat, people, wording
from messaging.models import Message, Status, Track

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from contacts.models import Comment, Record


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the rail. state: "is-done", "is-bad", "is-warn" or "" (not yet)."""

    words: str
    state: str = ""
    at: wording.Time | None = None


#: What the nodes of a rail say: of a call, and of whatever else.
WORDS = {
    False: (
        *("Sent", "Sending", "Not sent yet"),
        *("Delivered", "Not delivered", "Awaiting delivery", "Not delivered yet"),
    ),
    True: (
        *("Called", "Calling", "Not called yet"),
        *("Answered", "Not answered", "Awaiting an answer", "Not answered yet"),
    ),
}


@dataclass(frozen=True, slots=True)
class Card:
    """Who texted whom, from which number of ours, and how far it came."""

    message: Message
    who: str
    whom: str
    phone: str
    number: str
    at: wording.Time
    steps: list[Step] = field(default_factory=list)
    reason: str = ""
    waiting: str = ""
    again: bool = False
    unreached: bool = False
    elsewhere: Record | None = None  # where it was typed, if not here
    also: list[Contact] = field(default_factory=list)  # who else has the phone that texted
    reply: Message | None = None  # the first
    replied_at: wording.Time | None = None

    @property
    def kind(self) -> str:
        """The class of the card beside track."""
        if not self.message.is_outbound:
            return "track--in"
        if self.message.status in wording.BAD:
            return "track--failed"
        return "track--unconfirmed" if self.message.status == Status.UNCONFIRMED else ""


def card(
    message: Message,
    *,
    elsewhere: Record | None = None,
    also: list[Contact] | None = None,
    reply: Message | None = None,
) -> Card:
    """The card of one message; its number, contact and author should be loaded with it."""
    return Card(
        message=message,
        who=wording.author(message) if message.is_outbound else wording.correspondent(message),
        whom=wording.correspondent(message),
        phone=wording.show_phone(message.phone),
        number=message.number.label,
        at=wording.clock(message.created_at),
        steps=rail(message) if message.is_outbound else [],
        reason=wording.reason(message),
        waiting=wording.waiting(message, timezone.now()),
        again=chat.can_go_again(message),
        unreached=chat.is_unreached(message),
        elsewhere=elsewhere,
        also=also or [],
        reply=reply,
        replied_at=wording.clock(reply.created_at) if reply else None,
    )


def gather(entries: Iterable[Comment], record: Record, user: User) -> None:
    """
    Note on each entry that was typed on another record which one that is (`entry.elsewhere`),
    in one query for all and one for each type of record; one more asks whether there are teams,
    unless that was fetched with the user.
    """
    rows = {e.track.message_id: e for e in entries if _is_copy(e)}
    if not rows:
        return
    originals = (
        Track.objects.filter(message__in=rows, is_original=True)
        .select_related("comment")
        .prefetch_related("comment__record")
    )
    sees = eyes_of(user)
    for original in originals:
        there: Any = original.comment.record
        if there != record and sees(there):
            rows[original.message_id].elsewhere = there  # type: ignore[attr-defined]


def gather_replies(entries: Iterable[Comment], *, is_first_page: bool = True) -> None:
    """
    Note on each text of ours the first reply to it (`entry.reply`). A reply is newer than what it
    answers, so a timeline's first page holds all of its own; an older page needs one query.
    """
    shown = [(e, e.track.message) for e in entries if getattr(e, "track", None)]
    replies: dict[
        int | None, Message
    ] = {  # the newest entry comes first, so that the first reply is the one that stays
        message.reply_to_id: message for _, message in shown if message.reply_to_id
    }
    if shown and not is_first_page:
        replies |= _first_replies([message.pk for _, message in shown])
    for entry, message in shown:
        entry.reply = replies.get(message.pk)  # type: ignore[attr-defined]


def _first_replies(ids: list[int]) -> dict[int | None, Message]:
    """By the text that each answers, from whom it was sent to."""
    mine = Message.objects.filter(reply_to__in=ids, contact=F("reply_to__contact")).order_by()
    first = mine.values("reply_to").annotate(first=Min("pk")).values("first")
    rows = Message.objects.filter(pk__in=first).only("reply_to", "text", "created_at")
    return {row.reply_to_id: row for row in rows}


def gather_sharers(entries: Iterable[Comment], record: Record, user: User) -> None:
    """Note on each text that came in who else has its phone (`entry.also`), in one query."""
    if not isinstance(record, Contact) or not getattr(record, "any_shared", True):
        return
    came = [
        entry
        for entry in entries
        if (track := getattr(entry, "track", None)) and not track.message.is_outbound
    ]
    if not came:
        return
    found = people.others({entry.track.message.phone for entry in came}, record, user)
    for entry in came:
        entry.also = found.get(entry.track.message.phone, [])  # type: ignore[attr-defined]


def _is_copy(entry: Comment) -> bool:
    track = getattr(entry, "track", None)
    return track is not None and not track.is_original and track.message.is_outbound


def rail(message: Message) -> list[Step]:
    """Queued, sent, and what became of it."""
    steps = [Step("Queued", "is-done", wording.clock(message.created_at))]
    ended = message.settled_at or message.updated_at
    match message.status:
        case Status.CANCELLED:
            return [*steps, Step("Cancelled", "is-warn", wording.clock(ended))]
        case Status.UNCONFIRMED:
            return [*steps, Step("Unconfirmed", "is-warn", wording.clock(message.updated_at))]
        case Status.FAILED if not message.sent_at:
            return [*steps, Step("Failed", "is-bad", wording.clock(ended))]
    return [*steps, _sent(message), _end(message, ended)]


def _sent(message: Message) -> Step:
    sent, sending, not_yet, *_ = WORDS[message.is_call]
    if message.sent_at:
        return Step(sent, "is-done", wording.clock(message.sent_at))
    return Step(sending if message.status == Status.SENDING else not_yet)


def _end(message: Message, ended: datetime) -> Step:
    *_, arrived, lost, awaited, not_yet = WORDS[message.is_call]
    match message.status:
        case Status.DELIVERED:
            return Step(arrived, "is-done", wording.clock(ended))
        case Status.UNDELIVERED:
            return Step(lost, "is-bad", wording.clock(ended))
        case Status.FAILED:
            return Step("Failed", "is-bad", wording.clock(ended))
    return Step(awaited if message.sent_at else not_yet)
