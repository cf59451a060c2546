"""What an admin does with teams."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from contacts import audit
from contacts.models import Team, record_types


@transaction.atomic
def take_over(team: Team, *, by: Any = None) -> int:
    """Give a team the records that are of no team and that its people own. Returns how many."""
    moved = 0
    for model in record_types():
        rows: Any = model._default_manager.filter(team=None, owner__member__team=team)
        moved += rows.update(team=team)
    audit.note(audit.Action.TEAM, by=by, about=f"{team} took over {moved} records")
    return moved


@transaction.atomic
def dissolve(team: Team, *, to: Team | None, by: Any = None) -> None:
    """Its records become another team's, or everybody's (to: None); so do its people."""
    for related in Team._meta.get_fields(include_hidden=True):
        model: Any = related.related_model
        if related.one_to_many and model:
            model._default_manager.filter(team=team).update(team=to)
    name = str(team)
    team.delete()
    audit.note(audit.Action.TEAM, by=by, about=f"{name} was dissolved into {to or 'no team'}")
