"""The audit log, for admins to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import needs
from contacts.audit import Action
from contacts.models import AuditEntry
from contacts.paging import Page, page
from contacts.roles import Right
from contacts.search import clean
from messaging.views.request import Request


@require_safe
@needs(Right.PEOPLE)
def audit_list(request: Request) -> HttpResponse:
    """Newest first; of one kind, of one person, of some days."""
    asked = {name: clean(request.GET.get(name, "")) for name in ("action", "who", "since", "until")}
    rows = AuditEntry.objects.all()
    if asked["action"] in Action.values:
        rows = rows.filter(action=asked["action"])
    if asked["who"]:
        rows = rows.filter(actor=asked["who"])
    if since := _day(asked["since"]):
        rows = rows.filter(at__gte=since)
    if until := _day(asked["until"]):
        rows = rows.filter(at__lt=until + timedelta(days=1))
    found: Page[AuditEntry] = page(rows, "-number", cursor=request.GET.get("cursor", ""))
    context = {
        "page": found,
        "asked": asked,
        "actions": Action.choices,
        "folded_in_use": sum(bool(value) for name, value in asked.items() if name != "who"),
        "is_narrowed": any(asked.values()),
    }
    return render(request, "settings/audit.html", context)


def _day(typed: str) -> datetime | None:
    """The first moment of a day as a browser writes it, "2026-11-27"; None for all else."""
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=timezone.get_current_timezone())
    except ValueError:
        return None
    return day if 1970 < day.year < 3000 else None
