"""One record's entries, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from contacts.models import Comment
from contacts.models.member import in_team, team_seen
from contacts.paging import Page, page
from contacts.prepared import Prepared

if TYPE_CHECKING:
    from contacts.models import Record

PAGE_SIZE = 50
FILTERS = {
    "comments": Comment.Kind.COMMENT,
    "sms": Comment.Kind.TRACK,
    "changes": Comment.Kind.CHANGE,
}

_followed: list[str] = []
_about: list[str] = []
UNUSED_OF_USER = (
    *("password", "email", "last_login", "date_joined"),
    *("is_staff", "is_superuser", "is_active"),
)
_unused: list[str] = [f"author__{name}" for name in UNUSED_OF_USER]


def follow(*relations: str, unused: Iterable[str] = (), contact: str = "") -> None:
    """
    Fetch these relations with every entry: for apps that keep the details of tracks. unused:
    columns of them that no timeline shows; whoever asks for one all the same gets a query of it.
    contact: the way to whom an entry is about; of another team's, it is not shown.
    """
    _about.extend([contact] if contact and contact not in _about else [])
    _followed.extend(name for name in relations if name not in _followed)
    _unused.extend(name for name in unused if name not in _unused)


def entries(record: Record, user: Any = None, *, show: str = "", cursor: str = "") -> Page[Comment]:
    """
    The record's timeline, as this user sees it if one is given: everything, or one of FILTERS; an
    unknown filter shows all.
    """
    rows = _rows(ContentType.objects.get_for_model(record).pk, record.pk)
    team = team_seen(user) if user else None
    for contact in _about:
        rows = in_team(rows, team, f"{contact}__team")
    kind = FILTERS.get(show)
    if kind or team is not None:
        rows = rows.filter(kind=kind) if kind else rows
        return page(rows, "-created_at", cursor=cursor, size=PAGE_SIZE)
    newest = partial(_newest, ContentType.objects.get_for_model(record).pk, record.pk)
    return page(rows, "-created_at", cursor=cursor, size=PAGE_SIZE, first=lambda _: newest())


def _rows(content_type: int, pk: int) -> QuerySet[Comment]:
    rows = Comment.objects.filter(content_type_id=content_type, object_id=pk)
    return rows.order_by("-created_at", "-id").select_related("author", *_followed).defer(*_unused)


_newest = Prepared(lambda content_type, pk: _rows(content_type, pk)[: PAGE_SIZE + 1], int, int)
