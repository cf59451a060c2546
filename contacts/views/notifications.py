"""Who mentioned me, and where."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contacts import mentions
from contacts.access import needs
from contacts.models import Notification
from contacts.paging import page
from contacts.roles import Right
from contacts.views.suggest import typed


@require_safe
@needs(Right.OWN)
def notification_list(request: HttpRequest) -> HttpResponse:
    rows = mine(request).select_related("comment__author").prefetch_related("comment__record")
    found = page(rows, "-created_at", cursor=request.GET.get("cursor", ""))
    return render(request, "contacts/notifications.html", {"page": found})


@require_safe
@needs(Right.OWN)
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """To the comment; it counts as read from then on, however often it is opened."""
    row = get_object_or_404(mine(request).select_related("comment"), pk=pk)
    mine(request).unread().filter(pk=pk).update(read_at=timezone.now())
    record: Any = row.comment.record
    return redirect(f"{record.get_absolute_url()}?tab=activity#comment-{row.comment_id}")


@require_POST
@needs(Right.OWN)
def notification_read(request: HttpRequest) -> HttpResponse:
    """All of them."""
    mine(request).unread().update(read_at=timezone.now())
    return redirect("contacts:notification-list")


@require_safe
@needs(Right.VIEW)
def team_suggest(request: HttpRequest) -> HttpResponse:
    """Options for the name behind an @."""
    people = mentions.suggestions(typed(request), request.user)
    return render(request, "contacts/_team.html", {"people": people})


def mine(request: HttpRequest) -> Any:
    user: Any = request.user
    return Notification.objects.of(user)
