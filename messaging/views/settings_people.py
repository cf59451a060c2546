"""The people who sign in: their role, their tokens, and shutting them out."""

from __future__ import annotations

from django.contrib import messages as notices
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import needs
from contacts.paging import Page, page
from contacts.roles import Right, role_given
from messaging import accounts, wording
from messaging.forms.settings_people import PersonForm
from messaging.models import Token
from messaging.views.request import Request

MOST_TOKENS = 200
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.PEOPLE)
def person_list(request: Request) -> HttpResponse:
    usable = Count("tokens", filter=Q(tokens__revoked_at=None))
    rows = User.objects.select_related("member__team").annotate(tokens_in_use=usable)
    found: Page[User] = page(rows, "username", cursor=request.GET.get("cursor", ""))
    context = {"page": found, "rows": [(user, role_given(user)) for user in found.items]}
    return render(request, "settings/people.html", context)


@get_or_post
@sensitive_post_parameters("password")
@needs(Right.PEOPLE)
def person_edit(request: Request, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk."""
    person = get_object_or_404(User, pk=pk) if pk else None
    form = PersonForm(request.POST or None, instance=person, by=request.user)
    if form.is_valid() and form.keep(request.user):
        notices.success(request, f"Saved {wording.person(form.instance)}.")
        return redirect("settings:person-list")

    if person and form.errors:  # the page says who it is: by the name that is stored
        person.refresh_from_db()
    context = {"form": form, "person": person, "tokens": _tokens(person)}
    status = 422 if form.errors else 200
    return render(request, "settings/person_form.html", context, status=status)


@get_or_post
@needs(Right.PEOPLE)
def person_deactivate(request: Request, pk: int) -> HttpResponse:
    """Asks first. Nobody shuts out themselves."""
    person = get_object_or_404(User.objects.exclude(pk=request.user.pk), pk=pk, is_active=True)
    name = wording.person(person)
    if request.method != "POST":
        return render(request, "settings/person_deactivate.html", {"person": person, "name": name})
    try:
        accounts.deactivate(person, by=request.user)
        notices.success(request, f"{name} is signed out everywhere and cannot sign in any more.")
    except accounts.AccountRefused as refused:
        notices.error(request, str(refused))
    return redirect("settings:person-edit", pk)


def _tokens(person: User | None) -> list[Token]:
    rows = Token.objects.filter(user=person, revoked_at=None)
    return list(rows[:MOST_TOKENS]) if person else []
