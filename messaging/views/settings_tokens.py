"""One's own access tokens: made, shown once, revoked."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from messaging import tokens
from messaging.forms.settings_tokens import TokenForm
from messaging.models import Token
from messaging.views.request import Request

MOST = 200
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def token_list(request: Request) -> HttpResponse:
    own = Token.objects.filter(user=request.user, revoked_at=None)[:MOST]
    return render(request, "settings/tokens.html", {"rows": own, "api": settings.PUBLIC_URL})


@get_or_post
@never_cache
def token_create(request: Request) -> HttpResponse:
    """The answer to the POST is the one page that ever shows the token."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        token, secret = form.issue(request.user)
        context = {"token": token, "secret": secret, "api": settings.PUBLIC_URL}
        return render(request, "settings/token_made.html", context)

    return render(
        request, "settings/token_form.html", {"form": form}, status=422 if form.errors else 200
    )


@get_or_post
def token_revoke(request: Request, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, user=request.user, revoked_at=None)
    if request.method != "POST":
        return render(request, "settings/token_revoke.html", {"token": token})

    tokens.revoke(token)
    notices.success(request, f"{token.name} is revoked: it opens nothing any more.")
    return redirect("settings:token-list")
