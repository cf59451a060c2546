"""Accounts of the people who sign in: what an admin does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from contacts import audit
from contacts.models import Member, Team
from contacts.roles import Role, role_given
from messaging.models import Invitation, Token
from messaging.signing_in import sessions

if TYPE_CHECKING:
    from django.db.models import QuerySet

LAST_ADMIN = "Somebody has to remain who may do everything: make another person an admin first."


class AccountRefused(ValueError):
    """Why an account stays as it is: one plain sentence."""


def admins() -> QuerySet[User]:
    """Who may do everything and may sign in."""
    known = Q(is_superuser=True) | Q(member__role=Role.ADMIN) | Q(member=None, is_staff=True)
    return User.objects.filter(known, is_active=True)


@transaction.atomic
def keep(
    user: User, role: Role, team: Team | None = None, *, password: str = "", by: User | None = None
) -> None:
    """
    Store an account, new or changed, with its role and team; a password lets them in, with that
    one alone. Raises AccountRefused.
    """
    before = f"{role_given(user).label}, {_team(user)}" if user.pk else "new"
    if user.pk and role != Role.ADMIN:
        _leave_an_admin(user)
        user.is_superuser = user.is_staff = False  # a superuser is an admin, whatever their row
    if password:
        user.set_password(password)  # which ends every session that began with another one
        user.is_active = True
    user.save()
    Member.objects.update_or_create(user=user, defaults={"role": role, "team": team})
    said = [f"{user.get_username()}: {before} → {role.label}, {team or 'no team'}"]
    said += ["with a new password"] if password else []
    audit.note(audit.Action.ACCOUNT, by=by, about=", ".join(said))


@transaction.atomic
def deactivate(user: User, *, by: User | None = None) -> None:
    """
    Nothing of theirs opens anything from now on: no session, no token, no password, and none of
    it comes back when they are let in again. Raises AccountRefused.
    """
    _leave_an_admin(user)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    sessions.end_all(user)
    Invitation.objects.filter(invited_by=user, used_at=None).delete()
    audit.note(audit.Action.DEACTIVATED, by=by, about=user.get_username())


def _team(user: User) -> str:
    team = Team.objects.filter(members=user.pk).first()
    return str(team) if team else "no team"


def _leave_an_admin(user: User) -> None:
    """Two admins who take each other's role away at once wait for one another here."""
    held = admins().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    if set(held) == {user.pk}:
        raise AccountRefused(LAST_ADMIN)
