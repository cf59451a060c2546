"""When broadcasts and automatic texts may arrive."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contacts import audit
from contacts.access import needs
from contacts.roles import Right
from messaging.forms.settings_hours import HoursForm
from messaging.models import Message, Status
from messaging.views.request import Request

MOST = 1_000  # that are counted of those that wait


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RUN)
def hours(request: Request) -> HttpResponse:
    form = HoursForm(request.POST or None)
    if form.is_valid():
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            form.save()
            say(f"Texting hours: {', '.join(form.changed_data)}")
        notices.success(request, "Saved. What waits for the morning is judged anew.")
        return redirect("settings:hours")
    waiting = Message.objects.filter(status=Status.QUEUED, reason="quiet_hours")
    context = {"form": form, "waiting": len(waiting.values("pk")[: MOST + 1]), "most": MOST}
    return render(request, "settings/hours.html", context, status=422 if form.errors else 200)
