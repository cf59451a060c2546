"""Our numbers."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import audit
from contacts.access import needs
from contacts.roles import Right
from messaging import caps, outbox, wire
from messaging.forms import NumberForm
from messaging.gateways import ADAPTERS
from messaging.models import DailyUse, Number
from messaging.views.back import back_to_page


@require_safe
@needs(Right.VIEW)
def number_list(request: HttpRequest) -> HttpResponse:
    numbers = list(Number.objects.all())
    used = _used_today(numbers)
    rows = [
        (number, used.get(number.pk, 0), wire.TITLES.get(number.gateway, number.gateway))
        for number in numbers
    ]
    return render(request, "messaging/number_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RUN)
def number_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk."""
    number = get_object_or_404(Number, pk=pk) if pk else None
    form = NumberForm(request.POST or None, instance=number)
    if form.is_valid():
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            saved = form.save()
            say(audit.changed("Number", saved, form))
        notices.success(request, f"Saved {saved}.")
        return redirect("messaging:number-list")

    context = {"form": form, "number": number}
    status = 422 if form.errors else 200
    return render(request, "messaging/number_form.html", context, status=status)


@require_POST
@needs(Right.RUN)
def gateway_resume(request: HttpRequest, gateway: str) -> HttpResponse:
    """Somebody saw to the account: use it again."""
    if gateway not in ADAPTERS:
        raise Http404
    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        outbox.resume(gateway)
        say(f"Resumed {gateway}")
    notices.success(request, f"{wire.TITLES[gateway]} is in use again.")
    return back_to_page(request, "settings:gateway-list")


def _used_today(numbers: list[Number]) -> dict[int, int]:
    """By number id, in one query; each number has a today of its own."""
    now = timezone.now()
    today = {number.pk: caps.today(number, now) for number in numbers}
    lately = DailyUse.objects.filter(day__gte=now.date() - timedelta(days=1))
    return {use.number_id: use.used for use in lately if use.day == today.get(use.number_id)}
