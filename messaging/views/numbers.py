"""Our numbers and the gateways that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging import caps, outbox, wire
from messaging.forms import NumberForm
from messaging.gateways import ADAPTERS
from messaging.gateways.reasons import SENTENCES
from messaging.models import DailyUse, GatewayState, Number


@dataclass(frozen=True, slots=True)
class GatewayCard:
    """A gateway as the page shows it. webhook_url holds a secret: only for who runs this."""

    name: str
    title: str
    missing: str
    state: GatewayState | None
    reason: str
    webhook_url: str

    @property
    def resting(self) -> bool:
        until = self.state and self.state.resting_until
        return bool(until and until > timezone.now())


@require_safe
def number_list(request: HttpRequest) -> HttpResponse:
    numbers = list(Number.objects.all())
    used = _used_today(numbers)
    rows = [
        (number, used.get(number.pk, 0), wire.TITLES.get(number.gateway, number.gateway))
        for number in numbers
    ]
    context = {"rows": rows, "gateways": gateway_cards(request.user)}
    return render(request, "messaging/number_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def number_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk."""
    number = get_object_or_404(Number, pk=pk) if pk else None
    form = NumberForm(request.POST or None, instance=number)
    if form.is_valid():
        saved = form.save()
        notices.success(request, f"Saved {saved}.")
        return redirect("messaging:number-list")

    context = {"form": form, "number": number}
    status = 422 if form.errors else 200
    return render(request, "messaging/number_form.html", context, status=status)


@require_POST
def gateway_resume(request: HttpRequest, gateway: str) -> HttpResponse:
    """Somebody saw to the account: use it again."""
    if gateway not in ADAPTERS:
        raise Http404
    outbox.resume(gateway)
    notices.success(request, f"{wire.TITLES[gateway]} is in use again.")
    return redirect("messaging:number-list")


def gateway_cards(user: Any) -> list[GatewayCard]:
    states = {state.gateway: state for state in GatewayState.objects.all()}
    ready = wire.available()
    trusted = isinstance(user, User) and user.is_staff
    names = [name for name in ADAPTERS if name != "simulator" or name in ready]
    return [
        GatewayCard(
            name=name,
            title=wire.TITLES[name],
            missing="" if name in ready else wire.missing(name),
            state=states.get(name),
            reason=SENTENCES.get(states[name].reason, "") if name in states else "",
            webhook_url=wire.webhook_url(name) if trusted and name in ready else "",
        )
        for name in sorted(names, key=lambda name: name not in ready)  # the working ones first
    ]


def _used_today(numbers: list[Number]) -> dict[int, int]:
    """By number id, in one query; each number has a today of its own."""
    now = timezone.now()
    today = {number.pk: caps.today(number, now) for number in numbers}
    lately = DailyUse.objects.filter(day__gte=now.date() - timedelta(days=1))
    return {use.number_id: use.used for use in lately if use.day == today.get(use.number_id)}
