"""What people are told of something that was done to many."""

from __future__ import annotations

from django.http import HttpRequest

from contacts.forms.record import full_name
from contacts.ids import read_pk
from contacts.models import BulkAction

Verb, State = BulkAction.Verb, BulkAction.State


class Done:
    """An action for a page: one sentence, how far it is, and whether it can be undone."""

    def __init__(self, action: BulkAction) -> None:
        self.action = action

    @property
    def can_be_undone(self) -> bool:
        return self.action.state == State.DONE and bool(self.action.changed)

    @property
    def sentence(self) -> str:
        action = self.action
        done = self._done(f"{action.changed:,} contact{'s' * (action.changed != 1)}")
        if action.state == State.UNDONE:
            return f"Undone: {done[0].lower()}{done[1:]}. What was changed since stays as it is."
        rest = action.seen - action.changed
        same = f" {rest:,} {'was' if rest == 1 else 'were'} so already." if rest else ""
        return f"{done}.{same}"

    def _done(self, whom: str) -> str:
        action = self.action
        owner = full_name(action.owner) if action.owner else "nobody"
        belong, were = ("belongs", "was") if action.changed == 1 else ("belong", "were")
        return {
            Verb.TAG: f"The tag {action.tag} was added to {whom}",
            Verb.UNTAG: f"The tag {action.tag} was removed from {whom}",
            Verb.OWNER: f"{whom} now {belong} to {owner}",
            Verb.ARCHIVE: f"{whom} {were} archived",
            Verb.RESTORE: f"{whom} {were} brought back",
        }[Verb(action.verb)]


def order(action: BulkAction) -> str:
    """For the audit log: what is done, and to whom, by their keys."""
    owner = action.owner.get_username() if action.owner else "nobody"
    tag = f" {action.tag_id}" if action.tag_id else ""
    verb = f"{action.get_verb_display()}{f' to {owner}' if action.verb == Verb.OWNER else tag}"
    whom = f"{len(action.ids)} ticked contacts" if action.ids else "all that a list found"
    return f"Bulk action {action.pk}, {verb}: {whom}"


def done(request: HttpRequest) -> Done | None:
    """What the address says was just done (?did=12), if it was done by who looks."""
    asked = read_pk(request.GET.get("did", ""))
    if asked is None:
        return None
    rows = BulkAction.objects.visible_to(request.user).select_related("tag", "owner")
    action = rows.filter(pk=asked).first()
    return Done(action) if action else None
