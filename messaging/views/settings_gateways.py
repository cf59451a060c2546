"""The gateways that carry our texts: how they are, what they hold, and a way to try them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from contacts.access import needs
from contacts.roles import Right
from messaging import gatewaycards, wire
from messaging.forms.settings_gateways import TestTextForm
from messaging.views.request import Request


@require_safe
@needs(Right.RUN)
def gateway_list(request: Request) -> HttpResponse:
    """?balance=<gateway> asks that one for its balance."""
    asked = request.GET.get("balance", "")
    told = gatewaycards.balance(asked) if asked in wire.available() else None
    return page(request, {"asked": asked, "told": told})


@require_POST
@needs(Right.RUN)
def gateway_test(request: Request, name: str) -> HttpResponse:
    """A text to the phone typed, by this gateway; then the page of that text."""
    card = next((card for card in gatewaycards.cards() if card.name == name), None)
    if card is None:
        raise Http404
    if card.number is None:
        notices.error(request, f"{card.title} carries no number of yours that is in use.")
        return redirect("settings:gateway-list")
    form = TestTextForm(request.POST, prefix=name)
    if form.is_valid() and (message := form.send(request.user, card.number)):
        notices.success(request, "Queued. This page says what became of it.")
        return redirect("messaging:message-detail", message.pk)
    return page(request, {"tried": name, "form": form}, status=422)


def page(request: Request, more: dict[str, Any], status: int = 200) -> HttpResponse:
    rows = []
    for card in gatewaycards.cards():
        tried = more.get("tried") == card.name
        rows.append((card, more["form"] if tried else TestTextForm(prefix=card.name)))
    context = {"rows": rows, **more}
    return render(request, "settings/gateways.html", context, status=status)
