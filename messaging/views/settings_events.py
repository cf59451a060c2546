"""What gateways told us, raw: for whoever has to find out what happened."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from contacts.access import needs
from contacts.paging import Page, page
from contacts.roles import Right
from messaging import inbox
from messaging.models import Event
from messaging.views.request import Request
from messaging.wire import TITLES

MOST_SHOWN = 64 * 1024  # characters


@require_safe
@needs(Right.RUN)
def event_list(request: Request) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("gateway", "state")}
    rows = Event.objects.defer("body", "headers", "query")
    if asked["gateway"] in TITLES:
        rows = rows.filter(gateway=asked["gateway"])
    if asked["state"] in Event.State.values:
        rows = rows.filter(state=asked["state"])
    found: Page[Event] = page(rows, "-received_at", cursor=request.GET.get("cursor", ""))
    context = {
        "page": found,
        "rows": [(event, TITLES.get(event.gateway, event.gateway)) for event in found.items],
        "asked": asked,
        "gateways": TITLES.items(),
        "states": Event.State.choices,
    }
    return render(request, "settings/events.html", context)


@require_safe
@needs(Right.RUN)
def event_detail(request: Request, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    context = {
        "event": event,
        "gateway": TITLES.get(event.gateway, event.gateway),
        "body": readable(bytes(event.body), event.headers.get("content-type", "")),
    }
    return render(request, "settings/event_detail.html", context)


@require_POST
@needs(Right.RUN)
def event_replay(request: Request, pk: int) -> HttpResponse:
    """Apply it once more; that may be done as often as one likes."""
    event = get_object_or_404(Event, pk=pk)
    inbox.replay(event)
    notices.info(request, f"Applied again: {event.get_state_display().lower()}.")
    return redirect("settings:event-detail", pk)


def readable(body: bytes, kind: str) -> str:
    """A body as people read it: JSON in lines, a form as one line for each field."""
    text = body.decode("utf-8", "replace")[:MOST_SHOWN]
    if "x-www-form-urlencoded" in kind:
        return "\n".join(f"{name}: {value}" for name, value in parse_qsl(text, True)) or text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
