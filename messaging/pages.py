"""
Records' pages that renew themselves: what they show, cheaply, and what to draw for a browser that
has seen less of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from contacts import timeline
from contacts.ids import read_pk
from contacts.models import Comment, Contact, Record, record_types
from messaging import chat, colleagues, news, trackcards, wording
from messaging.models import Conversation, Message
from messaging.news import Piece

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def name(record: Record) -> str:
    """What a browser calls a record's page: "contact-12", "deal-3"."""
    return f"{record._meta.model_name}-{record.pk}"


def find(page: str, user: User) -> Record | None:
    """The record of a page of that name, if there is one and this user may see it."""
    kind, _, typed = page.partition("-")
    pk = read_pk(typed)
    if pk is None:
        return None
    for model in record_types():
        if model._meta.model_name == kind:
            record: Record | None = model.objects.visible_to(user).filter(pk=pk).first()
            return record
    return None


def changes(
    record: Record,
    user: User,
    *,
    texts: str | None,
    entries: str | None,
    show: str = "",
    typing: str | None = None,
) -> dict[str, Any] | None:
    """
    What to draw anew for a browser that holds these tokens (None: the page has no such part),
    or None if nothing changed. show: the timeline's filter. typing: who writes, as it says now.
    """
    drawn: dict[str, Any] = {}
    if texts is not None and isinstance(record, Contact):
        drawn |= _new_texts(record, user, news.read(texts))
    if typing is not None and isinstance(record, Contact):
        words = colleagues.who_types(record, user)
        drawn |= {"typing": words} if words != typing else {}
    if entries is not None:
        drawn |= _new_entries(record, user, show, news.read(entries))
        if drawn.get("entries") and isinstance(record, Contact):
            drawn["texted"] = record
    return drawn or None


def text_pieces(rows: Iterable[Message]) -> list[Piece]:
    return [Piece.of("m", row.pk, row.updated_at, row.created_at) for row in rows]


def entry_pieces(rows: Iterable[Comment]) -> list[Piece]:
    return [
        _entry_piece(
            row.pk, row.created_at, row.edited_at, track.message.updated_at if track else None
        )
        for row in rows
        for track in [getattr(row, "track", None)]
    ]


def _entry_piece(pk: int, created_at: Any, *later: Any) -> Piece:
    return Piece.of("c", pk, max(t for t in (created_at, *later) if t), created_at)


def _new_texts(contact: Contact, user: User, seen: news.Seen) -> dict[str, Any]:
    """New bubbles in order, and those that look different: by themselves, or by what follows."""
    light = Message.objects.filter(contact=contact).latest_first()[: chat.SHOWN]
    pieces = [Piece.of("m", *row) for row in light.values_list("pk", "updated_at", "created_at")]
    if not news.since(seen, pieces):
        return {}
    rows = chat.thread(contact, user).rows
    pieces = text_pieces(rows)
    fresh = news.since(seen, pieces)
    drawn = chat.bubbles(rows, user)
    new = [b for b in drawn if f"m{b.pk}" in fresh.new]
    changed = {b.pk: b for b in drawn if f"m{b.pk}" in fresh.changed}
    for above, below in pairwise(drawn):
        if below.follows and f"m{below.pk}" in fresh.new and f"m{above.pk}" not in fresh.new:
            changed[above.pk] = above
    return {
        "texts": news.token(pieces),
        "new_bubbles": new,
        "changed_bubbles": list(changed.values()),
        "arrived": any(not b.is_out for b in new),
        "row": Conversation.objects.filter(contact=contact).first() if new else None,
    }


def _new_entries(record: Record, user: User, show: str, seen: news.Seen) -> dict[str, Any]:
    """New entries, and the one above which they belong unless their day has no rule yet."""
    light = Comment.objects.on(record)
    if kind := timeline.FILTERS.get(show):
        light = light.filter(kind=kind)
    columns = ("pk", "created_at", "edited_at", "track__message__updated_at")
    if not news.since(
        seen, [_entry_piece(*row) for row in light.values_list(*columns)[: timeline.PAGE_SIZE]]
    ):
        return {}
    rows = timeline.entries(record, user, show=show).items
    pieces = entry_pieces(rows)
    fresh = news.since(seen, pieces)
    new = [row for row in rows if f"c{row.pk}" in fresh.new]
    known = [row for row in rows if f"c{row.pk}" not in fresh.new]
    trackcards.gather_replies(rows)
    changed = [row for row in known if f"c{row.pk}" in fresh.changed or _is_answered(row, new)]
    trackcards.gather([*new, *changed], record, user)
    trackcards.gather_sharers([*new, *changed], record, user)
    return {
        "entries": news.token(pieces),
        "new_entries": new,
        "changed_entries": changed,
        **_place(new, known),
    }


def _is_answered(row: Comment, new: list[Comment]) -> bool:
    """Whether what is new is the reply that this track quotes."""
    reply = getattr(row, "reply", None)
    return reply is not None and any(
        entry.track.message == reply for entry in new if getattr(entry, "track", None)
    )


def _place(new: list[Comment], known: list[Comment]) -> dict[str, Any]:
    if not new:
        return {}
    rule = wording.day(new[0].created_at)
    top = known[0] if known and wording.day(known[0].created_at) == rule else None
    return {"above": top, "day_rule": "" if top else rule}
