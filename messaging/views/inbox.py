"""Conversations by person, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contacts.paging import page
from messaging import news
from messaging.models import Conversation, Direction, Message

if TYPE_CHECKING:
    from django.db.models import QuerySet


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    show = "unread" if request.GET.get("show") == "unread" else ""
    found = page(_rows(show), "-last_at", cursor=request.GET.get("cursor", ""))
    rev = "" if request.GET.get("cursor") else _digest(found.items)
    return render(request, "messaging/inbox.html", {"page": found, "show": show, "rev": rev})


@require_safe
def conversation_open(request: HttpRequest, pk: int) -> HttpResponse:
    """
    The link of an inbox row: marks the conversation as read and leads to it. It is a GET so that
    it works as a link everywhere; all it changes is what counts as read.
    """
    row = get_object_or_404(Conversation.objects.select_related("contact"), pk=pk)
    unread = mark_read(row)
    if row.contact is None:
        url = reverse("messaging:communications")
        return redirect(f"{url}?{urlencode({'phone': row.phone})}")
    query = {"tab": "conversation"} | ({"unread": unread} if unread else {})
    return redirect(f"{row.contact.get_absolute_url()}?{urlencode(query)}")


@require_POST
def conversation_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The conversation pane says so itself when it comes into view."""
    mark_read(get_object_or_404(Conversation, pk=pk))
    badge = Conversation.objects.filter(unread__gt=0)[:100].count()
    return render(request, "messaging/_badge.html", {"badge": badge})


@transaction.atomic
def mark_read(row: Conversation) -> int:
    """Mark all its inbound texts as read; returns how many were not."""
    if not row.unread:
        return 0
    mine = {"contact": row.contact_id} if row.contact_id else {"contact": None, "phone": row.phone}
    texts = Message.objects.filter(**mine, direction=Direction.INBOUND, read_at=None)
    texts.update(read_at=timezone.now())
    Conversation.objects.filter(pk=row.pk).update(unread=0)
    return row.unread


def changes(request: HttpRequest, holds: QueryDict) -> dict[str, Any] | None:
    """The first page drawn again, if it differs from what the browser holds."""
    show = "unread" if holds.get("show") == "unread" else ""
    found = page(_rows(show), "-last_at")
    rev = _digest(found.items)
    if holds.get("rev") in ("", rev):  # an older page holds none: it stays as it is
        return None
    return {"rev": rev, "conversations": found.items, "show": show}


def _rows(show: str) -> QuerySet[Conversation]:
    rows = Conversation.objects.select_related("contact", "number", "last_message__author")
    return rows.filter(unread__gt=0) if show else rows


def _digest(rows: list[Conversation]) -> str:
    return news.digest(
        *(
            (r.pk, r.unread, r.last_message_id, r.last_message and r.last_message.status)
            for r in rows
        )
    )
