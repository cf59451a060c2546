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

from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from contacts import audit, roles
from contacts.models import Team
from contacts.roles import Right
from messaging.models import Scope, Token

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MARK = "smscrm"  # so that people, and scanners for leaked secrets, know what it is
LETTERS = string.ascii_letters + string.digits  # passes unchanged through every header and address
LENGTH = 40
SHOWN = 10
USE_NOTED_EVERY = timedelta(minutes=1)

TEAMS = Exists(Team.objects.all())

#: What a scope asks of the role of the token's owner.
RIGHTS = {
    Scope.READ: Right.VIEW,
    Scope.WRITE: Right.EDIT,
    Scope.SEND: Right.TEXT,
    Scope.HOOKS: Right.RUN,
}


@transaction.atomic
def issue(
    user: User,
    *,
    name: str,
    scopes: Iterable[str] = Scope.values,
    expires_at: datetime | None = None,
    by: User | None = None,
) -> tuple[Token, str]:
    """
    A new token, and the words its owner has to keep: they cannot be shown again. by: who made it,
    None for the command line.
    """
    secret = MARK + "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    token = Token.objects.create(
        user=user,
        name=name,
        digest=_digest(secret),
        prefix=secret[:SHOWN],
        scopes=[scope for scope in Scope.values if scope in set(scopes)],
        expires_at=expires_at,
    )
    what = f"{token.pk} {token} of {user.get_username()}: {', '.join(token.scopes)}"
    audit.note(audit.Action.TOKEN_MADE, by=by, about=what)
    return token, secret


def find(secret: str) -> Token | None:
    """The token of these words, with its user, if it may be used now; its use is noted."""
    if not secret.startswith(MARK) or len(secret) > 100:
        return None
    rows = Token.objects.usable().select_related("user__member").annotate(there_are_teams=TEAMS)
    token = rows.filter(digest=_digest(secret)).first()
    if token:
        token.user.there_are_teams = token.there_are_teams  # type: ignore[attr-defined]
        _note_use(token)
    return token


@transaction.atomic
def revoke(token: Token, *, by: User | None = None) -> bool:
    """For good. False if that was done before."""
    changed = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if changed:
        what = f"{token.pk} {token} of {token.user.get_username()}"
        audit.note(audit.Action.TOKEN_REVOKED, by=by, about=what)
    return bool(changed)


def refusal(token: Token, scope: Scope) -> str:
    """A sentence why it may not do that, by its scopes or its owner's role; "" if it may."""
    if scope.value not in token.scopes:
        return f"This token may not do that: it lacks “{scope.value}”."
    right = RIGHTS[scope]
    return "" if roles.may(token.user, right) else roles.refusal(token.user, right)


def _note_use(token: Token) -> None:
    """At most once a minute: busy callers should not write with every question."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
