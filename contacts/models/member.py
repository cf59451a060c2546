"""What somebody who signs in is to the others: their role and their team, and what they see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q

from contacts.roles import Role, role_given

Rows = TypeVar("Rows", bound=models.QuerySet[Any])
NOBODYS = 0  # no team has this key: records without a team alone


class Team(models.Model):
    """People who share records. As long as there is none, everybody sees everything."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Who has no row has no role yet: contacts.roles says what that means."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="member"
    )
    role = models.CharField(max_length=8, choices=Role, default=Role.AGENT)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display().lower()}"


def team_of(user: Any) -> int | None:
    """The key of their team."""
    try:
        team: int | None = user.member.team_id if user else None
    except ObjectDoesNotExist:
        return None
    return team


def team_seen(user: Any) -> int | None:
    """
    Whose records this user sees besides those of no team: a team's key, NOBODYS for none; None
    for all. Admins see all; so does everybody as long as there are no teams.
    """
    if role_given(user) == Role.ADMIN:
        return None
    there_are = getattr(user, "there_are_teams", None)  # fetched with who is signed in
    if there_are is None:
        there_are = Team.objects.exists()
    return (team_of(user) or NOBODYS) if there_are else None


def in_team(rows: Rows, team: int | None, path: str = "team") -> Rows:
    """Those rows whose `path` leads to this team, or to none; team as team_seen() says."""
    if team is None:
        return rows
    return rows.filter(Q(**{path: None}) | Q(**{path: team}))


def seen_by(rows: Rows, user: Any, path: str = "team") -> Rows:
    """Those this user may see: what every `visible_to` stands on."""
    if not getattr(user, "is_authenticated", False):
        return rows.none()
    return in_team(rows, team_seen(user), path)


def eyes_of(user: Any) -> Callable[[Any], bool]:
    """Tells of each record whether this user may see it, without asking the database for it."""
    team = team_seen(user)
    return lambda record: team is None or record.team_id in (None, team)


def sees(user: Any, record: Any) -> bool:
    """Whether this user may see one record."""
    return eyes_of(user)(record)
