"""
A conversation as it is drawn: bubbles prepared here, so that the template only prints them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone

from contacts import timeline
from contacts.paging import Page, page
from contacts.prepared import Prepared
from messaging import tracks, wording
from messaging.models import Direction, Message, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from contacts.models import Contact

SHOWN = 20  # bubbles at first; a screen has room for about fifteen
PLAIN = {Status.SENT, Status.DELIVERED, Status.RECEIVED}
AGAIN = {Status.FAILED, Status.UNDELIVERED, Status.CANCELLED}


@dataclass(frozen=True, slots=True)
class Bubble:
    """
    One text. day: the words of the day rule before it, or "". new: how many unread begin here.
    who: shown in the meta line. waiting: set while it can be taken back.
    """

    pk: int
    text: str
    status: str
    is_out: bool
    follows: bool  # the same speaker as above
    ends: bool  # the last of its run: shows the meta line
    who: str
    at: wording.Time
    day: str = ""
    new: int = 0
    reason: str = ""
    waiting: str = ""
    again: bool = False
    unreached: bool = False  # it failed, and nobody called instead
    is_call: bool = False  # its words were spoken
    mark: str = ""  # what stands before them, if it was no text

    @property
    def kind(self) -> str:
        """Classes of the bubble beside msg."""
        names = ["msg--out" if self.is_out else "msg--in"]
        names += ["msg--cont"] if self.follows else []
        if self.status in wording.BAD:
            names.append("msg--failed")
        elif self.status in wording.PENDING:
            names.append("msg--pending")
        elif self.status == Status.UNCONFIRMED:
            names.append("msg--unconfirmed")
        return " ".join(names)


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of a conversation, oldest first. earlier, later: cursors, "" where there is none."""

    rows: list[Message]
    bubbles: list[Bubble]
    earlier: str = ""
    later: str = ""


def texts_with(whom: Contact | str) -> QuerySet[Message]:
    """All texts with a contact, or with a phone (E.164) that is nobody's."""
    bare = {"contact": None, "phone": whom} if isinstance(whom, str) else {"contact": whom}
    return Message.objects.filter(**bare).select_related("author")


_newest = Prepared(
    lambda contact: (
        Message.objects.filter(contact_id=contact)
        .select_related("author")
        .defer(*tracks.MACHINERY, *(f"author__{name}" for name in timeline.UNUSED_OF_USER))
        .latest_first()[: SHOWN + 1]
    ),
    int,
)


def thread(whom: Contact | str, user: User, *, cursor: str = "", unread: int = 0) -> Thread:
    """The conversation with one of these; `unread`: how many inbound texts at its end are new."""
    newest = None if isinstance(whom, str) else partial(_newest, whom.pk)
    found: Page[Message] = page(
        texts_with(whom),
        "-created_at",
        cursor=cursor,
        size=SHOWN,
        first=newest and (lambda _: newest()),
    )
    rows = found.items[::-1]
    if not isinstance(whom, str):
        for row in rows:
            row.contact = whom
    start = None if cursor else _first_new(rows, unread)
    return Thread(rows, bubbles(rows, user, new_from=start), found.next, found.previous)


def bubbles(
    rows: list[Message],
    user: User,
    *,
    before: Message | None = None,
    new_from: tuple[int, int] | None = None,
) -> list[Bubble]:
    """
    Bubbles of messages in the order of time. before: the one already shown above the first.
    new_from: (pk of the first unread one, how many are unread).
    """
    if not rows:
        return []
    # Asked for once: each asking costs more than what is done with the answer.
    now, zone = timezone.now(), timezone.get_current_timezone()
    made: list[Bubble] = []
    above = [before, *rows[:-1]]
    below: list[Message | None] = [*rows[1:], None]
    for previous, row, following in zip(above, rows, below, strict=True):
        opens_day = previous is None or _date(previous, zone) != _date(row, zone)
        starts_new = new_from[1] if new_from and new_from[0] == row.pk else 0
        made.append(
            _bubble(
                row,
                user,
                now,
                zone,
                follows=not (opens_day or starts_new) and _speaks_again(previous, row, zone),
                ends=not _speaks_again(row, following, zone),
                day=wording.day(row.created_at) if opens_day else "",
                new=starts_new,
            )
        )
    return made


def _bubble(
    row: Message,
    user: User,
    now: datetime,
    zone: tzinfo,
    *,
    follows: bool,
    ends: bool,
    day: str,
    new: int,
) -> Bubble:
    reason, waiting = wording.reason(row), wording.waiting(row, now)
    return Bubble(
        pk=row.pk,
        text=row.text,
        status=row.status,
        is_out=row.is_outbound,
        follows=follows,
        ends=ends,
        who=signature(row, user),
        at=wording.clock(row.created_at, zone),
        day=day,
        new=new,
        reason=reason,
        waiting=waiting,
        again=can_go_again(row),
        unreached=is_unreached(row),
        is_call=row.is_call,
        mark=row.way.mark,
    )


def can_go_again(row: Message) -> bool:
    """Of an erased text there is nothing left to send."""
    return row.status in AGAIN and row.called_at is None and bool(row.text)


def is_unreached(row: Message) -> bool:
    """It did not arrive, and nobody has called instead."""
    return row.status in wording.BAD and row.called_at is None and not row.is_call


def signature(row: Message, user: User) -> str:
    """You, “Tobias K.” or which machine of ours; nothing for the other side."""
    if not row.is_outbound:
        return ""
    if row.author_id == user.pk:
        return "You"
    words = wording.author(row)
    first, _, last = words.partition(" ")
    return f"{first} {last[:1]}." if row.author and last else words


def _speaks_again(above: Message | None, row: Message | None, zone: tzinfo) -> bool:
    """Whether two texts make one run: one speaker, one day, one fate, and that is a plain one."""
    if above is None or row is None or above.status != row.status or above.status not in PLAIN:
        return False
    same = (above.author_id, above.channel) == (row.author_id, row.channel)
    return same and _date(above, zone) == _date(row, zone)


def _date(row: Message, zone: tzinfo) -> object:
    return wording.date_of(row.created_at, zone)


def _first_new(rows: Iterable[Message], unread: int) -> tuple[int, int] | None:
    """Where the last `unread` inbound texts begin."""
    inbound = [row.pk for row in rows if row.direction == Direction.INBOUND]
    if unread < 1 or not inbound:
        return None
    return inbound[-unread:][0], unread
