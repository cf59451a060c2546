"""One's own access tokens: made, shown once, revoked."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import needs
from contacts.roles import Right, may
from messaging import tokens
from messaging.forms.settings_tokens import TokenForm
from messaging.models import Token
from messaging.views.request import Request

MOST = 200
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.OWN)
def token_list(request: Request) -> HttpResponse:
    own = Token.objects.filter(user=request.user, revoked_at=None)[:MOST]
    return render(request, "settings/tokens.html", {"rows": own, "api": settings.PUBLIC_URL})


@get_or_post
@never_cache
@needs(Right.OWN)
def token_create(request: Request) -> HttpResponse:
    """The answer to the POST is the one page that ever shows the token."""
    form = TokenForm(request.POST or None, user=request.user)
    if form.is_valid():
        token, secret = form.issue(request.user)
        context = {"token": token, "secret": secret, "api": settings.PUBLIC_URL}
        return render(request, "settings/token_made.html", context)

    return render(
        request, "settings/token_form.html", {"form": form}, status=422 if form.errors else 200
    )


@get_or_post
@needs(Right.OWN)
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """One's own; an admin, anybody's."""
    rows = Token.objects.filter(revoked_at=None)
    if not may(request.user, Right.PEOPLE):
        rows = rows.filter(user=request.user)
    token = get_object_or_404(rows, pk=pk)
    back = reverse("settings:token-list")
    if token.user_id != request.user.pk:
        back = reverse("settings:person-edit", args=[token.user_id])
    if request.method != "POST":
        return render(request, "settings/token_revoke.html", {"token": token, "back": back})

    tokens.revoke(token, by=request.user)
    notices.success(request, f"{token.name} is revoked: it opens nothing any more.")
    return redirect(back)
