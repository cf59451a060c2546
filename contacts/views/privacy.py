"""What the law calls access and erasure: everything about one person, handed out or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts import audit, privacy
from contacts.access import needs
from contacts.models import Company, Contact, Deal
from contacts.roles import Right
from contacts.views.contact import CONTACT

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_safe
@never_cache
@needs(Right.EXPORT)
def contact_data(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    audit.note(audit.Action.EXPORTED, by=request.user, about=f"All about contact {pk}")
    response = HttpResponse(
        privacy.export(contact, by=cast("User", request.user)), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="person-{contact.pk}.zip"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.ERASE)
def contact_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first, and shows what a person has to look through: it is not ours to change."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            privacy.erase(contact, by=cast("User", request.user))
        except privacy.CannotErase as error:
            problem = str(error)
        else:
            messages.success(request, "Everything about this person was erased.")
            return redirect(CONTACT.list_url)

    context = {
        "record": contact,
        "deals": Deal.objects.visible_to(request.user).filter(contact=contact).order_by("-pk"),
        "companies": Company.objects.visible_to(request.user)
        .filter(main_contact=contact)
        .order_by("sort_name"),
        "notes": privacy.elsewhere(contact, cast("User", request.user)),
        "problem": problem,
    }
    status = 409 if problem else 200
    return render(request, "contacts/contact_erase.html", context, status=status)
