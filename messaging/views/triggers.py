"""Comment prefixes that text."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contacts import audit
from contacts.access import needs
from contacts.roles import Right
from messaging.forms import TriggerForm
from messaging.models import Trigger

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.VIEW)
def trigger_list(request: HttpRequest) -> HttpResponse:
    triggers = Trigger.objects.select_related("number").prefetch_related("record_types")
    return render(request, "messaging/trigger_list.html", {"triggers": triggers})


@get_or_post
@needs(Right.RUN)
def trigger_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk."""
    trigger = get_object_or_404(Trigger, pk=pk) if pk else None
    form = TriggerForm(request.POST or None, instance=trigger)
    if form.is_valid():
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            saved = form.save()
            say(audit.changed("Trigger", saved, form))
        notices.success(request, f"Saved {saved}")
        return redirect("messaging:trigger-list")

    context = {"form": form, "trigger": trigger}
    status = 422 if form.errors else 200
    return render(request, "messaging/trigger_form.html", context, status=status)


@get_or_post
@needs(Right.RUN)
def trigger_delete(request: HttpRequest, pk: int) -> HttpResponse:
    trigger = get_object_or_404(Trigger, pk=pk)
    if request.method == "POST":
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            say(f"Deleted trigger {trigger.pk} {trigger}")
            trigger.delete()
        notices.success(request, f"Deleted {trigger.prefix} Comments that start so text nobody.")
        return redirect("messaging:trigger-list")

    return render(request, "messaging/trigger_delete.html", {"trigger": trigger})
