"""Ways in for who has no password yet, or not any more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from messaging.accounts import AccountRefused
from messaging.forms.recovering import AccountForm, ForgottenForm, NewPasswordForm
from messaging.signing_in import invitations, recovering, sessions
from messaging.signing_in.guessing import address
from messaging.views.signing_in import BACKEND

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@get_or_post
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer for every address."""
    form = ForgottenForm(request.POST or None)
    is_asked = bool(settings.EMAIL_URL) and form.is_valid()
    if is_asked:
        recovering.ask(form.cleaned_data["email"], address(request))
    context = {"form": form, "is_asked": is_asked, "mails": bool(settings.EMAIL_URL)}
    status = 422 if form.errors else 200
    return render(request, "registration/forgotten.html", context, status=status)


class NewPassword(PasswordResetConfirmView):
    """Behind the mailed link. A second factor is asked for all the same, when they sign in."""

    form_class = NewPasswordForm
    template_name = "registration/new_password.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        sessions.end_all(form.user)
        notices.success(self.request, "Your password is new: sign in with it.")
        return answer


@login_not_required
@get_or_post
@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Makes the account, and signs it in."""
    row = invitations.find(secret)
    if row is None:
        return render(request, "registration/invitation_over.html", status=410)
    form = AccountForm(request.POST or None, instance=User(email=row.email))
    if form.is_valid():
        try:
            user = invitations.accept(secret, form.instance, form.cleaned_data["password"])
        except (invitations.Used, AccountRefused):
            return render(request, "registration/invitation_over.html", status=410)
        login(request, user, backend=BACKEND)
        return redirect("home")

    context = {"form": form, "invitation": row}
    status = 422 if form.errors else 200
    return render(request, "registration/invitation.html", context, status=status)
