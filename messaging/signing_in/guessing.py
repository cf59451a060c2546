"""
Guessed passwords: from where somebody comes, which of their attempts count together, and what they
are told after too many.

Wrong ones count by name and by place. Whoever keeps guessing keeps a name waiting; but where its
owner signed in before, a cookie says so, and there only what was typed at that place counts.
"""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac

KNOWN_FOR = 180 * 86_400  # seconds since the last time


def listen() -> None:
    user_logged_in.connect(_forget, dispatch_uid="messaging.signing_in.guessing")


def address(request: HttpRequest) -> str:
    """The caller's; behind the TLS proxy, which is where https comes from, the proxy's word."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE else ""
    return str(told.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))


def counted(request: Any, credentials: Any = None) -> list[Any]:
    """By what attempts count together, in axes' words; it asks about stored ones as well."""
    if isinstance(request, HttpRequest) and _is_known(request, credentials):
        return [["username", "ip_address"]]
    return ["username", "ip_address"]


def remember(response: HttpResponse, user: User) -> HttpResponse:
    """That this browser is one its owner signed in with."""
    response.set_cookie(
        _cookie(),
        _mark(user.get_username(), settings.SECRET_KEY),
        max_age=KNOWN_FOR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The same page for a name we know and one we do not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"locked_minutes": minutes, "next": request.POST.get("next", "")}
    response = render(request, "registration/login.html", context, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


def _forget(user: User, **_: Any) -> None:
    """Their own alone: what was guessed from their place about others still counts."""
    AccessAttempt.objects.filter(username=user.get_username()).delete()


def _is_known(request: HttpRequest, credentials: Any) -> bool:
    shown = request.COOKIES.get(_cookie(), "")
    username = get_client_username(request, credentials) if shown else None
    if not username:
        return False
    marks = [_mark(username, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return sum(constant_time_compare(shown, mark) for mark in marks) > 0


def _mark(username: str, key: str) -> str:
    return salted_hmac("known browser", username, secret=key, algorithm="sha256").hexdigest()


def _cookie() -> str:
    return "__Host-known" if settings.SECURE else "known"
