"""Custom fields: which there are, adding one, changing one, archiving one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import audit
from contacts.access import needs
from contacts.models import CustomField
from contacts.roles import Right
from messaging.forms.settings_fields import TYPES, FieldForm
from messaging.merging.uses import uses
from messaging.merging.values import CUSTOM

if TYPE_CHECKING:
    from django.contrib.auth.models import User

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.VIEW)
def field_list(request: HttpRequest) -> HttpResponse:
    starts = {model: start for start, (model, _) in CUSTOM.items()}
    groups = [
        (noun, model._meta.verbose_name_plural, starts[model], CustomField.objects.of(model))
        for noun, model in TYPES.items()
    ]
    return render(request, "settings/fields.html", {"groups": groups})


@get_or_post
@needs(Right.RUN)
def field_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk; ?on=deal chooses the record type."""
    row = get_object_or_404(CustomField, pk=pk) if pk else None
    asked = {"on": request.GET.get("on", "contact")}
    form = FieldForm(request.POST or None, instance=row, initial=asked)
    if form.is_valid():
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            saved = form.save()
            say(audit.changed("Field", saved, form))
        notices.success(request, f"{saved} was saved.")
        return redirect("settings:field-list")

    status = 422 if form.errors else 200
    # A fresh copy: the form has written what was typed into the one it was given.
    context = {"form": form, "row": row and CustomField.objects.get(pk=row.pk)}
    return render(request, "settings/field_form.html", context, status=status)


@require_POST
@needs(Right.RUN)
def field_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """
    Archives, or with restore=1 brings back. What records hold in it stays either way. What is named
    somewhere is asked about first.
    """
    row = get_object_or_404(CustomField, pk=pk)
    restores = bool(request.POST.get("restore"))
    asks = not (restores or row.is_archived or "confirmed" in request.POST)
    if asks and (named := uses(row, cast("User", request.user))):
        return render(request, "settings/field_archive.html", {"row": row, "uses": named})
    row.archived_at = None if restores else (row.archived_at or timezone.now())
    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        row.save(update_fields=["archived_at"])
        say(f"Field {row.pk} {row} {'is back' if restores else 'was archived'}")
    words = "is back" if restores else "was archived: what records hold in it is kept"
    notices.success(request, f"{row} {words}.")
    return redirect("settings:field-list")
