"""The way in: a password, and where there is one, the code of an authenticator."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from messaging.signing_in import guessing, second_factor

BACKEND = "messaging.members.MemberBackend"
WRONG = "That code does not fit, or was used already. Wait for the next one and try again."


class SignIn(LoginView):
    """Who has an authenticator is not signed in yet by the password alone."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user: Any = form.get_user()
        if second_factor.device_of(user) is None:
            return guessing.remember(super().form_valid(form), user)
        second_factor.begin(self.request.session, user)
        return redirect(f"{reverse('login-code')}?{urlencode({'next': self.get_redirect_url()})}")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """What an authenticator shows now, or a recovery code."""
    user = second_factor.pending(request.session)
    if user is None:
        return redirect("login")
    problem = ""
    if request.method == "POST":
        second_factor.count_try(request.session)
        if second_factor.passes(user, request.POST.get("code", "")[:100]):
            login(request, user, backend=BACKEND)
            request.session.pop(second_factor.PENDING, None)
            request.session[second_factor.PASSED] = True
            return guessing.remember(redirect(_next(request)), user)
        problem = WRONG

    context = {"problem": problem, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "registration/code.html", context)


def _next(request: HttpRequest) -> str:
    """Where they wanted to go, if that is one of our own pages."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url("home")


@login_not_required
def one_door(request: HttpRequest) -> HttpResponse:
    """Django's admin asks for a password by itself; here there is one page that does."""
    return redirect(f"{reverse('login')}?{request.META.get('QUERY_STRING', '')}")
