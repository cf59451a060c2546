"""How texting goes: the figures of some days."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import needs
from contacts.models.member import team_seen
from contacts.roles import Right
from messaging.dashboard import cards, charts, reading
from messaging.dashboard.period import CHOICES, Period, chosen
from messaging.models import DayBin, FigureState, Message, Number


@require_safe
@needs(Right.VIEW)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Days begin where the installation is: that is how they were added up."""
    today = timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    period = chosen(request.GET.get("days", ""), today)
    team = team_seen(request.user)
    days = reading.by_day(Period(period.before.first, period.last), team)
    if not days and not Message.objects.visible_to(request.user).exists():
        context = {"has_number": Number.objects.active().exists()}
        return render(request, "messaging/dashboard/empty.html", context)

    context = _figures(period, days, team) | {
        "period": period,
        "choices": CHOICES,
        "state": FigureState.objects.first(),
        "zone": settings.TIME_ZONE,
    }
    return render(request, "messaging/dashboard/dashboard.html", context)


def _figures(period: Period, days: Any, team: int | None) -> dict[str, Any]:
    histograms = reading.bins(period, team)
    sent, received = (histograms[k] for k in (DayBin.Kind.SENT_HOUR, DayBin.Kind.RECEIVED_HOUR))
    return {
        "stats": cards.stats(days, period, histograms),
        "days": charts.days_chart(days, period),
        "hours": charts.hours_chart(sent, received),
        "reasons": cards.reasons(histograms[DayBin.Kind.REASON], period),
        "people": cards.people(reading.by_person(period, team), period),
        "uses": reading.uses(timezone.now(), Period(period.last, period.last)),
    }
