"""Where a plain form post leads back to, and what it says there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from messaging.models import Message


def back(request: HttpRequest, message: Message) -> HttpResponse:
    """To the page the form stood on, if it was ours; else to the message's own."""
    return back_to_page(request, "messaging:message-detail", message.pk)


def back_to_page(request: HttpRequest, otherwise: str, *args: object) -> HttpResponse:
    """To the page the form stood on, if it was ours; else to the address of that name."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(came_from) if ours else redirect(otherwise, *args)
