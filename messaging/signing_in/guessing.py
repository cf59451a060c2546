"""Guessed passwords: from where somebody comes, and what they are told after too many."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def address(request: HttpRequest) -> str:
    """The caller's; behind the TLS proxy, which is where https comes from, the proxy's word."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE else ""
    return str(told.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The same page for a name we know and one we do not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"locked_minutes": minutes, "next": request.POST.get("next", "")}
    response = render(request, "registration/login.html", context, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
