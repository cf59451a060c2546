"""
A code of an authenticator app beside the password (TOTP, by django-otp), and recovery codes for
who lost it. Whoever manages others' work has to have one, outside demo mode.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import qrcode
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from contacts import audit
from contacts.roles import Role, role_of
from messaging.models import RecoveryCode

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

PASSED, PENDING = "second_factor", "pending_sign_in"
PATIENCE = 600  # seconds between the password and the code
MOST_TRIES = 10
CODES, LENGTH = 10, 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
FREE = {"settings:second-factor", "logout"}


def device_of(user: User) -> TOTPDevice | None:
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return found


def is_required(user: Any) -> bool:
    """For admins and managers, unless REQUIRE_2FA says no; nobody has one in demo mode."""
    wanted = settings.REQUIRE_2FA and not settings.DEMO
    return bool(wanted and role_of(user) in {Role.ADMIN, Role.MANAGER})


def demand(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who has to have one sees nothing before it was shown in this session."""

    def respond(request: HttpRequest) -> HttpResponse:
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session
        if known and not request.session.get(PASSED) and is_required(request.user):
            if request.path_info == "/live/":
                return HttpResponse(status=401)
            if request.path_info not in {reverse(name) for name in FREE}:
                return HttpResponseRedirect(reverse("settings:second-factor"))
        return get_response(request)

    return respond


def begin(session: SessionBase, user: User) -> None:
    """The password was right; the code is still to come."""
    session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": time.time() + PATIENCE,
        "tries": 0,
    }


def pending(session: SessionBase) -> User | None:
    """Whose code is awaited in this session, if their password is still the one they typed."""
    said = session.get(PENDING)
    if not said or said["until"] < time.time() or said["tries"] >= MOST_TRIES:
        return None
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == said["hash"] else None


def count_try(session: SessionBase) -> None:
    said = session[PENDING]
    session[PENDING] = said | {"tries": said["tries"] + 1}


def passes(user: User, typed: str) -> bool:
    """A code of their authenticator, each once; or a recovery code, which is used up."""
    typed = "".join(typed.split()).replace("-", "").lower()
    with transaction.atomic():
        # Two who type the same code at once take turns here.
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return False
        if len(typed) == LENGTH:
            used, _ = RecoveryCode.objects.filter(user=user, digest__in=_digests(typed)).delete()
            return bool(used)
        return bool(device.verify_token(typed))


def unconfirmed(user: User) -> TOTPDevice:
    """What they scan; it counts once they typed a code of it."""
    made: TOTPDevice = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "Authenticator"}
    )[0]
    return made


def confirm(user: User, typed: str) -> list[str] | None:
    """The recovery codes to show once, or None where the code does not fit."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not device.verify_token("".join(typed.split())):
            return None
        device.confirmed = True
        device.save()
        codes = new_codes(user)
        audit.note(audit.Action.ACCOUNT, by=user, about="Turned the second factor on")
        return codes


def new_codes(user: User) -> list[str]:
    """Ten, to show once; those from before open nothing any more."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        rows = [RecoveryCode(user=user, digest=_digest(code)) for code in codes]
        RecoveryCode.objects.bulk_create(rows)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def forget(user: User, *, by: User | None = None) -> None:
    """Turned off, or lost with all recovery codes. by: None on the command line."""
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    what = f"Turned the second factor of {user.get_username()} off"
    audit.note(audit.Action.ACCOUNT, by=by, about=what)


def picture(device: TOTPDevice) -> tuple[int, str]:
    """The QR code: modules on a side with its quiet margin, and the path of an SVG."""
    code = qrcode.QRCode(border=4)
    code.add_data(device.config_url)
    rows = code.get_matrix()
    dots = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), "".join(dots)


def _digest(code: str, key: str | None = None) -> str:
    """With the installation's key, so that a copy of the database alone does not tell the code."""
    return salted_hmac("recovery code", code, secret=key, algorithm="sha256").hexdigest()


def _digests(code: str) -> list[str]:
    return [_digest(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
