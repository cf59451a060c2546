"""
The saved views above a list: which there are, how the list differs from the one chosen; keeping and
deleting them. What the whole team sees is written in the audit log. A list that is none of records
offers them too, if it shows `views(request, of, of_list(of, request.user))`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpRequest

from contacts import audit
from contacts.models import SavedView
from contacts.models.saved_view import tidy
from contacts.roles import Right, may

if TYPE_CHECKING:
    from contacts.forms.saved import SavedViewForm


@dataclass(frozen=True, slots=True)
class Views:
    """query: what the list shows now; current: the view it began with, if any."""

    of: str
    list_url: str
    rows: list[SavedView]
    query: str
    current: SavedView | None
    may_change: bool

    @property
    def is_new(self) -> bool:
        """Whether there is something to save that no view shows."""
        return bool(self.query) and all(self.query != row.query for row in self.rows)

    @property
    def is_changed(self) -> bool:
        current = self.current
        return self.may_change and current is not None and self.query != current.query


def views(request: HttpRequest, of: str, rows: list[SavedView]) -> Views:
    """rows: those of this list that its reader may see."""
    try:
        query = tidy(request.META.get("QUERY_STRING", ""))
    except ValueError:  # more than a form ever has
        query = ""
    asked = request.GET.get("view", "")
    current = next((row for row in rows if str(row.pk) == asked), None)
    return Views(
        of, request.path, rows, query, current, bool(current and may_change(current, request.user))
    )


def of_list(of: str, user: Any) -> list[SavedView]:
    """Those of one list that this user may see. Lists of records have them from their offers."""
    return sorted(SavedView.objects.visible_to(user).filter(of=of), key=lambda view: view.place)


def may_change(row: SavedView, user: Any) -> bool:
    return bool(row.owner_id == user.pk or (row.is_shared and may(user, Right.RUN)))


@transaction.atomic
def keep(form: SavedViewForm, *, by: Any) -> SavedView:
    """Store what a valid form says."""
    row: SavedView = form.save()
    if row.is_shared or form.initial.get("is_shared"):
        audit.note(audit.Action.SETTINGS, by=by, about=audit.changed("View", row, form))
    return row


@transaction.atomic
def delete(row: SavedView, *, by: Any) -> None:
    if row.is_shared:
        audit.note(audit.Action.SETTINGS, by=by, about=f"Deleted view {row.pk} {row}")
    row.delete()
