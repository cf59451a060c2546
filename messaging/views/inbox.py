"""The inbox: conversations by person, the newest first, and beside them the one that is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from contacts.access import needs
from contacts.ids import read_pk
from contacts.paging import Page, page
from contacts.roles import Right, may
from messaging import conversations, news, pages
from messaging.models import Conversation, Number
from messaging.views.request import Request

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BESIDE = ("contact", "number", "assignee", "last_message__author")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, as its address says it; what makes no sense is left out."""

    show: str = ""
    q: str = ""
    number: str = ""

    @classmethod
    def read(cls, given: QueryDict) -> Asked:
        show, number = given.get("show", ""), given.get("number", "")
        return cls(
            show if show in conversations.STATES else "",
            given.get("q", "").strip()[:100],
            number if read_pk(number) else "",
        )

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What of it is worth saying."""
        every = (("show", self.show), ("q", self.q), ("number", self.number))
        return [(name, value) for name, value in every if value]

    @property
    def suffix(self) -> str:
        """For the end of another address: "?show=mine", or nothing."""
        return f"?{urlencode(self.fields)}" if self.fields else ""

    @property
    def lists(self) -> list[tuple[str, str, bool]]:
        """The links to all lists, keeping what was searched: label, address, whether it is this."""
        return [
            (label, Asked(name, self.q, self.number).address(), name == self.show)
            for name, label in conversations.STATES.items()
        ]

    @property
    def everywhere(self) -> str:
        """The same search among all conversations."""
        return Asked("all", self.q).address()

    def address(self, **more: object) -> str:
        """The inbox with this list, and with more in its address."""
        query = urlencode([*self.fields, *((k, v) for k, v in more.items() if v)])
        return f"{reverse('messaging:inbox')}?{query}".rstrip("?")


@require_safe
@needs(Right.VIEW)
def inbox(request: Request) -> HttpResponse:
    asked, cursor = Asked.read(request.GET), request.GET.get("cursor", "")
    found = _rows(asked, request.user, cursor)
    numbers = list(Number.objects.active().order_by("label", "pk"))
    context = {
        "page": found,
        "asked": asked,
        "numbers": numbers if len(numbers) > 1 else [],
        "opened": _opened(request),
        "rev": "" if cursor else _digest(found.items),
    }
    return render(request, "messaging/inbox.html", context)


@require_safe
@needs(Right.VIEW)
def conversation_open(request: HttpRequest, pk: int) -> HttpResponse:
    """
    The link of an inbox row: marks the conversation as read and leads to it. It is a GET so that
    it works as a link everywhere; all it changes is what counts as read.
    """
    row = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    unread = conversations.mark_read(row) if may(request.user, Right.EDIT) else 0
    return redirect(Asked.read(request.GET).address(open=pk, unread=unread))


@require_POST
@needs(Right.EDIT)
def conversation_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The conversation pane says so itself when it comes into view. ?last= is what it ends with."""
    row = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    conversations.mark_read(row, up_to=read_pk(request.GET.get("last", "")))
    badge = Conversation.objects.visible_to(request.user).unread()[:100].count()
    return render(request, "messaging/_badge.html", {"badge": badge})


def changes(request: HttpRequest, holds: QueryDict) -> dict[str, Any] | None:
    """The list drawn again, if it is not what the browser holds, and the open thread's news."""
    user: Any = request.user
    asked, opened = Asked.read(holds), read_pk(holds.get("open", "")) or 0
    drawn: dict[str, Any] = {}
    row = Conversation.objects.visible_to(user).select_related("contact").filter(pk=opened).first()
    if row and row.contact:
        texts, typing = holds.get("texts"), holds.get("typing")
        drawn = pages.changes(row.contact, user, texts=texts, entries=None, typing=typing) or {}
    found = _rows(asked, user)
    rev = _digest(found.items)
    if holds.get("rev") not in ("", rev):  # an older page holds none: it stays as it is
        drawn |= {"rev": rev, "conversations": found.items, "asked": asked, "opened": row}
    return drawn | {"row": row} if drawn else None


def _rows(asked: Asked, user: User, cursor: str = "") -> Page[Conversation]:
    rows, order = conversations.listed(asked.show, user)
    if asked.number:
        rows = rows.filter(number=int(asked.number))
    narrowed = conversations.found(rows, asked.q, user) if asked.q else rows
    return page(narrowed.select_related(*BESIDE), order, cursor=cursor)


def _opened(request: Request) -> Conversation | None:
    """The conversation in the address, if there is one."""
    pk = read_pk(request.GET.get("open", ""))
    if pk is None:
        return None
    rows = Conversation.objects.visible_to(request.user)
    row = rows.select_related("contact", "number", "assignee").filter(pk=pk).first()
    if row is None:
        notices.warning(request, "That conversation is not there any more.")
    return row


def _digest(rows: list[Conversation]) -> str:
    return news.digest(
        *(
            (
                r.pk,
                r.unread,
                r.last_message_id,
                r.last_message and r.last_message.status,
                r.assignee_id,
                r.is_set_aside,
            )
            for r in rows
        )
    )
