"""Teams: who shares records with whom."""

from __future__ import annotations

from django.contrib import messages as notices
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import audit, teams
from contacts.access import needs
from contacts.models import Team
from contacts.paging import Page, page
from contacts.roles import Right
from messaging.forms.settings_teams import DissolveForm, TeamForm
from messaging.views.request import Request

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.PEOPLE)
def team_list(request: Request) -> HttpResponse:
    rows = Team.objects.annotate(people=Count("members"))
    found: Page[Team] = page(rows, "name", cursor=request.GET.get("cursor", ""))
    return render(request, "settings/teams.html", {"page": found})


@get_or_post
@needs(Right.PEOPLE)
def team_edit(request: Request, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk."""
    team = get_object_or_404(Team, pk=pk) if pk else None
    form = TeamForm(request.POST or None, instance=team)
    if form.is_valid():
        with audit.noting(audit.Action.TEAM, by=request.user) as say:
            say(f"{form.save()} was {'renamed' if pk else 'made'}")
        notices.success(request, f"Saved {form.instance}.")
        return redirect("settings:team-list")

    if team and form.errors:
        team.refresh_from_db()
    context = {"form": form, "team": team, "people": _people(team)}
    status = 422 if form.errors else 200
    return render(request, "settings/team_form.html", context, status=status)


@require_POST
@needs(Right.PEOPLE)
def team_take(request: Request, pk: int) -> HttpResponse:
    """What its people own, and no team has yet, becomes the team's."""
    moved = teams.take_over(team := get_object_or_404(Team, pk=pk), by=request.user)
    notices.success(request, f"{moved} record{'s' * (moved != 1)} became {team}’s.")
    return redirect("settings:team-edit", pk)


@get_or_post
@needs(Right.PEOPLE)
def team_delete(request: Request, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    form = DissolveForm(request.POST if request.method == "POST" else None, team=team)
    if form.is_valid():
        teams.dissolve(team, to=form.cleaned_data["to"], by=request.user)
        notices.success(request, f"{team.name} is dissolved.")
        return redirect("settings:team-list")

    context = {"team": team, "form": form}
    status = 422 if form.errors else 200
    return render(request, "settings/team_delete.html", context, status=status)


def _people(team: Team | None) -> list[object]:
    return list(team.members.select_related("user").order_by("user__username")) if team else []
