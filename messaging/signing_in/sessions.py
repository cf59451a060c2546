"""
How long somebody stays signed in, and where. Until nothing was done for a while, and never longer
than the longest time: both moments stand in the session itself, so that no page pays a query.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from messaging.models import SignIn
from messaging.signing_in.guessing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BEGAN, SEEN = "began_at", "seen_at"  # seconds since 1970
ROW = "sign_in"  # the pk of its SignIn
NOTED_EVERY = 300  # seconds: a busy person should not write with every click


def listen() -> None:
    user_logged_in.connect(_begin, dispatch_uid="messaging.signing_in.sessions")
    user_logged_out.connect(_forget, dispatch_uid="messaging.signing_in.sessions")


def keep_time(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: signs out whose time is over, before anybody asks who it is."""

    def respond(request: HttpRequest) -> HttpResponse:
        # Without a cookie there is no session to read: gateways come by here too.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            _look(request)
        return get_response(request)

    return respond


def _look(request: HttpRequest) -> None:
    session, now = request.session, time.time()
    if is_over(session, now):
        session.flush()
        request.user = AnonymousUser()
    elif not _asks_by_itself(request) and now - session.get(SEEN, 0) > NOTED_EVERY:
        session.setdefault(BEGAN, now)
        session[SEEN] = now
        note(request)


def is_over(session: SessionBase, now: float) -> bool:
    """Idle for too long, or simply too old. One that has no times yet begins now."""
    idle, longest = settings.SESSION_IDLE_MINUTES * 60, settings.SESSION_DAYS * 86_400
    unused, age = now - session.get(SEEN, now), now - session.get(BEGAN, now)
    return bool(unused > idle > 0 or age > longest)


def note(request: HttpRequest) -> None:
    """Where this session is now; also after it was given another key."""
    SignIn.objects.filter(pk=request.session.get(ROW, 0)).update(
        session_key=request.session.session_key,
        seen_at=timezone.now(),
        address=address(request)[:45],
        agent=request.headers.get("User-Agent", "")[:200],
    )


def of(user: User) -> list[SignIn]:
    """Those that are open; rows of others are cleared away."""
    rows = list(SignIn.objects.filter(user=user))
    store = _store()
    gone = [row.pk for row in rows if not store().exists(row.session_key)]
    SignIn.objects.filter(pk__in=gone).delete()
    return [row for row in rows if row.pk not in gone]


def end(row: SignIn) -> None:
    """It opens nothing any more from now on."""
    _store()(row.session_key).delete()
    row.delete()


def end_all(user: User, *, but: SessionBase | None = None) -> None:
    """All of theirs; but: the one that somebody is using to say so."""
    for row in SignIn.objects.filter(user=user).exclude(pk=but.get(ROW, 0) if but else 0):
        end(row)


def _store() -> type[SessionBase]:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store


def _asks_by_itself(request: HttpRequest) -> bool:
    """An open tab asks for news as long as it is open: nobody need sit before it."""
    return request.path_info == "/live/" or request.path_info.endswith("/progress/")


def _begin(request: HttpRequest, user: User, **_: Any) -> None:
    session = request.session
    session[BEGAN] = session[SEEN] = time.time()
    if not session.session_key:  # somebody else was signed in here: it gets one by being saved
        session.save()
    session[ROW] = SignIn.objects.create(user=user, session_key=session.session_key or "").pk
    note(request)


def _forget(request: HttpRequest, **_: Any) -> None:
    SignIn.objects.filter(pk=request.session.get(ROW, 0)).delete()
