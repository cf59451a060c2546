"""
What each role may do: this table, and nothing beside it. Which records somebody sees is another
question, and `visible_to` answers it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import TextChoices


class Role(TextChoices):
    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    AGENT = "agent", "Agent"
    READER = "reader", "Read-only"


class Right(StrEnum):
    """A thing somebody may do or not; templates ask for it by its value: {% if may.text %}."""

    OWN = "own"  # their own profile, password, tokens and notifications
    VIEW = "view"  # look at their team's records, texts and figures
    EDIT = "edit"  # records, comments, conversations, and that somebody opted out
    TEXT = "text"
    TEMPLATES = "templates"
    BROADCAST = "broadcast"
    APPROVE = "approve"  # somebody else's broadcast
    IMPORT = "import"
    EXPORT = "export"
    HAND_OVER = "hand_over"  # a record to another team
    OPT_IN = "opt_in"  # say that a number may be texted again
    ERASE = "erase"  # all that is known of a person
    RUN = "run"  # numbers, triggers, gateways, the event log
    PEOPLE = "people"  # people, their roles, teams and tokens


_READER = frozenset({Right.OWN, Right.VIEW})
_AGENT = _READER | {Right.EDIT, Right.TEXT}
_MANAGER = _AGENT | {
    *(Right.TEMPLATES, Right.BROADCAST, Right.APPROVE),
    *(Right.IMPORT, Right.EXPORT, Right.OPT_IN, Right.HAND_OVER),
}

TABLE: dict[Role, frozenset[Right]] = {
    Role.READER: _READER,
    Role.AGENT: _AGENT,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: frozenset(Right),
}

#: Behind “may not”.
WORDS: dict[Right, str] = {
    Right.OWN: "sign in",
    Right.VIEW: "look at this",
    Right.EDIT: "change anything",
    Right.TEXT: "text anybody",
    Right.TEMPLATES: "change templates",
    Right.BROADCAST: "work on broadcasts",
    Right.APPROVE: "approve broadcasts",
    Right.IMPORT: "import",
    Right.EXPORT: "export",
    Right.HAND_OVER: "give records to another team",
    Right.OPT_IN: "say that somebody may be texted again",
    Right.ERASE: "erase anybody",
    Right.RUN: "change how this is set up",
    Right.PEOPLE: "manage people",
}


def role_of(user: Any) -> Role | None:
    """None for who is not signed in, or deactivated."""
    here = getattr(user, "is_authenticated", False) and user.is_active
    return role_given(user) if here else None


def role_given(user: Any) -> Role:
    """
    A superuser is an admin. Who was given no role: an agent, or an admin if they are Django's
    staff.
    """
    if user.is_superuser:
        return Role.ADMIN
    try:
        return Role(user.member.role)
    except ObjectDoesNotExist:
        return Role.ADMIN if user.is_staff else Role.AGENT


def may(user: Any, right: Right) -> bool:
    role = role_of(user)
    return role is not None and right in TABLE[role]


def granted(user: Any) -> dict[str, bool]:
    """All of theirs, for templates."""
    role = role_of(user)
    return {right.value: True for right in TABLE[role]} if role else {}


def refusal(user: Any, right: Right) -> str:
    """One sentence for who may not."""
    role = role_of(user)
    who = f"Your role, {role.label.lower()}," if role else "Who is not signed in"
    return f"{who} may not {WORDS[right]}."
