"""Keeping and deleting templates. What the whole team uses is written in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contacts import audit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.forms import TemplateForm
    from messaging.models import Template


@transaction.atomic
def keep(form: TemplateForm, *, by: User) -> Template:
    """Store what a valid form says."""
    row: Template = form.save()
    if row.is_shared or form.initial.get("is_shared"):
        about = audit.changed("Template", row, form, but="contact")  # on whom it was tried
        audit.note(audit.Action.SETTINGS, by=by, about=about)
    return row


@transaction.atomic
def delete(row: Template, *, by: User) -> None:
    if row.is_shared:
        audit.note(audit.Action.SETTINGS, by=by, about=f"Deleted template {row.pk} {row}")
    row.delete()
