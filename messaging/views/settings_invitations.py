"""Inviting people: a link that makes one account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts.access import needs
from contacts.roles import Right
from messaging.forms.recovering import InvitationForm
from messaging.models import Invitation
from messaging.signing_in import invitations
from messaging.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(Right.PEOPLE)
def invitation_create(request: Request) -> HttpResponse:
    """Where no mail leaves, the answer to the POST is the one page that shows the link."""
    form = InvitationForm(request.POST or None, mails=bool(settings.EMAIL_URL))
    if form.is_valid():
        row, link = invitations.invite(by=request.user, **form.cleaned_data)
        if invitations.mail(row, link):
            notices.success(request, f"The invitation is on its way to {row.email}.")
            return redirect("settings:person-list")
        return render(request, "settings/invitation_made.html", {"invitation": row, "link": link})

    context = {"form": form, "open": Invitation.objects.open().select_related("invited_by")}
    status = 422 if form.errors else 200
    return render(request, "settings/invitation_form.html", context, status=status)


@require_POST
@needs(Right.PEOPLE)
def invitation_revoke(request: Request, pk: int) -> HttpResponse:
    invitations.revoke(get_object_or_404(Invitation.objects.open(), pk=pk), by=request.user)
    notices.success(request, "The invitation is revoked: its link opens nothing any more.")
    return redirect("settings:invitation-create")
