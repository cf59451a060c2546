"""GET /live/: what changed on an open page. Nothing new is a 204, and costs next to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from messaging import pages
from messaging.models import Conversation
from messaging.views import communications, handset, inbox
from messaging.views.request import Request

#: Lists that are drawn again as a whole: a function of (request, what the page sent) that gives
#: the context of messaging/_live.html, or None.
LISTS: dict[str, Callable[[HttpRequest, QueryDict], dict[str, Any] | None]] = {
    "inbox": inbox.changes,
    "communications": communications.changes,
    "handset": handset.changes,
}


@login_not_required  # a page that signed out meanwhile must hear 401, not be led to a sign-in page
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return answer(cast("Request", request), request.GET)


def answer(request: Request, holds: QueryDict, *, composed: bool = False) -> HttpResponse:
    """
    What is new for a page that holds these tokens, as out-of-band pieces only. composed: the page
    just sent what its composer held.
    """
    drawn = _changes(request, holds)
    if drawn is None:
        return HttpResponse(status=204)
    drawn["composed"] = composed
    if composed:
        drawn["newest"] = max((b.pk for b in drawn.get("new_bubbles", ()) if b.is_out), default=0)
    drawn["badge"] = Conversation.objects.visible_to(request.user).unread()[:100].count()
    response = render(request, "messaging/_live.html", drawn)
    response["HX-Reswap"] = "none"
    return response


def put_back(response: HttpResponse, draft: str, text: str) -> HttpResponse:
    """Let the browser put words back into the composer they came from."""
    response["HX-Trigger"] = json.dumps({"composer:restore": {"draft": draft, "text": text}})
    return response


def _changes(request: Request, holds: QueryDict) -> dict[str, Any] | None:
    page = holds.get("page", "")
    if page in LISTS:
        return LISTS[page](request, holds)
    record = pages.find(page, request.user)
    if record is None:
        raise Http404
    return pages.changes(
        record,
        request.user,
        texts=holds.get("texts"),
        entries=holds.get("entries"),
        show=holds.get("show", ""),
        typing=holds.get("typing"),
    )
