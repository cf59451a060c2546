"""A person knows better than a look-up: the number exists."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from contacts.access import needs
from contacts.models import Phone
from contacts.models.member import seen_by
from contacts.roles import Right
from messaging import deadphones
from messaging.views.request import Request


@require_POST
@needs(Right.EDIT)
def phone_lift(request: Request, pk: int) -> HttpResponse:
    """pk: of a contact's phone."""
    rows = seen_by(Phone.objects.select_related("contact"), request.user, "contact__team")
    row = get_object_or_404(rows, pk=pk)
    if deadphones.lift(row.e164):
        notices.success(request, "Broadcasts text this number again.")
    return redirect(row.contact)
