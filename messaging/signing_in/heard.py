"""What the audit log hears of signing in and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from contacts import audit
from messaging.signing_in.guessing import address


def listen() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="messaging.signing_in.heard")
    user_logged_out.connect(_signed_out, dispatch_uid="messaging.signing_in.heard")
    user_login_failed.connect(_failed, dispatch_uid="messaging.signing_in.heard")


def _signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    audit.note(audit.Action.SIGNED_IN, by=user, about=f"from {address(request) or 'here'}")


def _signed_out(user: Any, **_: Any) -> None:
    if user:
        audit.note(audit.Action.SIGNED_OUT, by=user)


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """
    What was typed stands here only if it is somebody's name: it may be a password in the wrong
    field. While a name or an address waits, its attempts are not written: they would fill the log.
    """
    if request is None or getattr(request, "axes_locked_out", False):
        return
    typed = str(credentials.get("username") or "").replace("\x00", "")
    known = User.objects.filter(username=typed.encode("utf-8", "replace").decode()).exists()
    who = f"as {typed}" if known else "with a name nobody has"
    audit.note(audit.Action.SIGN_IN_FAILED, about=f"{who}, from {address(request) or 'here'}")
