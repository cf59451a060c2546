"""Texting by e-mail: our addresses, and what came to them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts import phones
from contacts.access import needs
from contacts.paging import Page, page
from contacts.roles import Right, may
from messaging.mail import addresses
from messaging.models import Mail, Number
from messaging.views.request import Request

EXAMPLE = "12125550123"  # a phone that is nobody's


@require_safe
@needs(Right.OWN)
def mail_list(request: Request) -> HttpResponse:
    """One's own mails; who runs this sees everybody's, and strangers'."""
    rows = Mail.objects.select_related("user").defer("words")
    if not may(request.user, Right.RUN):
        rows = rows.filter(user=request.user)
    found: Page[Mail] = page(rows, "-received_at", cursor=request.GET.get("cursor", ""))
    domain = settings.MAIL_DOMAIN
    ours = [
        (number, f"{EXAMPLE}.{addresses.key(number)}@{domain}")
        for number in Number.objects.active()
    ]
    context = {
        "page": found,
        "numbers": ours,
        "usual": domain and f"{EXAMPLE}@{domain}",
        "example": phones.show(f"+{EXAMPLE}"),
    }
    return render(request, "settings/mail.html", context)
