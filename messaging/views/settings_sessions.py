"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from contacts.access import needs
from contacts.roles import Right
from messaging.models import SignIn
from messaging.signing_in import sessions
from messaging.views.request import Request


@require_POST
@needs(Right.OWN)
def session_end(request: Request, pk: int) -> HttpResponse:
    """One of their own; of the one they are using, this is signing out."""
    row = get_object_or_404(SignIn, pk=pk, user=request.user)
    is_this = row.pk == request.session.get(sessions.ROW)
    sessions.end(row)
    if is_this:
        request.session.flush()
        return redirect("login")
    notices.success(request, "That session is signed out.")
    return redirect("settings:profile")


@require_POST
@needs(Right.OWN)
def session_end_others(request: Request) -> HttpResponse:
    sessions.end_all(request.user, but=request.session)
    notices.success(request, "You are signed out everywhere else.")
    return redirect("settings:profile")
