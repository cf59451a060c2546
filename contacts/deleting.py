"""The one door by which people and programs delete a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from contacts import audit

if TYPE_CHECKING:
    from contacts.models import Record


@transaction.atomic
def delete(record: Record, *, by: Any) -> None:
    """For good, and it is written down who did."""
    noun = str(record._meta.verbose_name)
    about = f"{noun.capitalize()} {record.pk}"
    record.delete()
    audit.note(audit.Action.DELETED, by=by, about=about)
