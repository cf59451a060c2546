"""The one door by which people and programs delete a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from contacts import audit
from contacts.models import Comment, Contact
from contacts.roles import Right, may

if TYPE_CHECKING:
    from contacts.models import Record

REFUSED = (
    "They were texted, and every team sees the texts with somebody who was deleted: archive them, "
    "or ask a manager."
)


def gives_texts_away(record: Record) -> bool:
    """Whether a team's texts would be everybody's: what is of no contact is of no team."""
    if not isinstance(record, Contact) or record.team_id is None:
        return False
    return Comment.objects.on(record).filter(kind=Comment.Kind.TRACK).exists()


def check(record: Record, by: Any) -> None:
    """Raises PermissionDenied, with a sentence, for who may not delete it."""
    if not may(by, Right.HAND_OVER) and gives_texts_away(record):
        raise PermissionDenied(REFUSED)


@transaction.atomic
def delete(record: Record, *, by: Any) -> None:
    """For good, and it is written down who did. Raises what `check` does."""
    check(record, by)
    noun = str(record._meta.verbose_name)
    about = f"{noun.capitalize()} {record.pk}"
    record.delete()
    audit.note(audit.Action.DELETED, by=by, about=about)
