"""
Access tokens: made, recognised and revoked here. What is shown once is random; what is kept is
its SHA-256, which is enough, because nobody can guess 238 random bits.
"""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from messaging.models import Scope, Token

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MARK = "smscrm"  # so that people, and scanners for leaked secrets, know what it is
LETTERS = string.ascii_letters + string.digits  # passes unchanged through every header and address
LENGTH = 40
SHOWN = 10
USE_NOTED_EVERY = timedelta(minutes=1)


def issue(
    user: User,
    *,
    name: str,
    scopes: Iterable[str] = Scope.values,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token, and the words its owner has to keep: they cannot be shown again."""
    secret = MARK + "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    token = Token.objects.create(
        user=user,
        name=name,
        digest=_digest(secret),
        prefix=secret[:SHOWN],
        scopes=[scope for scope in Scope.values if scope in set(scopes)],
        expires_at=expires_at,
    )
    return token, secret


def find(secret: str) -> Token | None:
    """The token of these words, with its user, if it may be used now; its use is noted."""
    if not secret.startswith(MARK) or len(secret) > 100:
        return None
    rows = Token.objects.usable().select_related("user")
    token = rows.filter(digest=_digest(secret)).first()
    if token:
        _note_use(token)
    return token


def revoke(token: Token) -> bool:
    """For good. False if that was done before."""
    changed = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    return bool(changed)


def _note_use(token: Token) -> None:
    """At most once a minute: busy callers should not write with every question."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
