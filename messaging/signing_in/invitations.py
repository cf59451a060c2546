"""Links by which people make their own account: each once, for a week."""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from contacts import audit
from contacts.roles import Role
from messaging import accounts
from messaging.models import Invitation

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)


class Used(LookupError):
    """It was used meanwhile, or revoked, or its week is over."""


@transaction.atomic
def invite(*, by: User, role: str, email: str = "") -> tuple[Invitation, str]:
    """The row, and the link to show or mail once: only a digest of its secret is kept."""
    secret = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        digest=_digest(secret),
        email=email,
        role=role,
        invited_by=by,
        expires_at=timezone.now() + Invitation.LASTS,
    )
    audit.note(audit.Action.ACCOUNT, by=by, about=f"Invited somebody as {Role(role).label}")
    return row, f"{settings.PUBLIC_URL}{reverse('invitation', args=[secret])}"


def mail(row: Invitation, link: str) -> bool:
    """Whether a mail server took it; without one, or an address, the link has to be shown."""
    if not (settings.EMAIL_URL and row.email):
        return False
    who = row.invited_by.get_full_name() or row.invited_by.get_username()
    words = f"{who} invites you to smscrm. Make your account here:\n\n{link}\n\n"
    words += "The link works once, for a week.\n"
    try:
        send_mail(f"{who} invites you to smscrm", words, None, [row.email])
    except Exception as error:  # noqa: BLE001 (whatever a mail server thinks of)
        log.warning("Invitation %s was not mailed: %s", row.pk, type(error).__name__)
        return False
    return True


def find(secret: str) -> Invitation | None:
    return _open().filter(digest=_digest(secret)).first()


@transaction.atomic
def accept(secret: str, user: User, password: str) -> User:
    """
    Store the account with the role it was invited to. Raises Used, and AccountRefused.
    """
    row = find(secret)
    now = timezone.now()
    if row is None or not _open().filter(pk=row.pk).update(used_at=now):
        raise Used
    user.email = user.email or row.email
    accounts.keep(user, Role(row.role), password=password, by=row.invited_by)
    return user


@transaction.atomic
def revoke(row: Invitation, *, by: User) -> None:
    row.delete()
    audit.note(
        audit.Action.ACCOUNT, by=by, about=f"Revoked an invitation as {Role(row.role).label}"
    )


def _open() -> QuerySet[Invitation]:
    """Of people who may still sign in: whoever was shut out invites nobody."""
    return Invitation.objects.open().filter(invited_by__is_active=True)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
