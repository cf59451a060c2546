"""One record's entries, newest first, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import Comment
from contacts.paging import Page, page

if TYPE_CHECKING:
    from contacts.models import Record

PAGE_SIZE = 50
FILTERS = {
    "comments": Comment.Kind.COMMENT,
    "sms": Comment.Kind.TRACK,
    "changes": Comment.Kind.CHANGE,
}

_followed: list[str] = []


def follow(*relations: str) -> None:
    """Fetch these relations with every entry: for apps that keep the details of tracks."""
    _followed.extend(name for name in relations if name not in _followed)


def entries(record: Record, *, show: str = "", cursor: str = "") -> Page[Comment]:
    """The record's timeline: everything, or one of FILTERS; an unknown filter shows all."""
    rows = Comment.objects.on(record).select_related("author", *_followed)
    if kind := FILTERS.get(show):
        rows = rows.filter(kind=kind)
    return page(rows, "-created_at", cursor=cursor, size=PAGE_SIZE)
