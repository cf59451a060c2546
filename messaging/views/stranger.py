"""Whose is this number? A contact of its own, or somebody who is known already."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from contacts import search
from contacts.access import needs
from contacts.concealing import conceal
from contacts.ids import read_pk
from contacts.models import Contact
from contacts.roles import Right
from messaging import strangers, wording
from messaging.models import Conversation
from messaging.views.request import Request

SHOWN = 20
BESIDE = ("contact", "number")
NO_NUMBER = "Our number they texted is gone, so this thread cannot be moved."


@require_POST
@needs(Right.EDIT)
def conversation_name(request: Request, pk: int) -> HttpResponse:
    """A contact for a bare phone; its form asks for the name."""
    row = get_object_or_404(
        Conversation.objects.visible_to(request.user).select_related(*BESIDE), pk=pk
    )
    contact = strangers.become_contact(row, request.user)
    if contact is None:
        notices.error(request, NO_NUMBER)
        return redirect(f"{reverse('messaging:inbox')}?open={pk}")
    return redirect("contacts:contact-edit", contact.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT)
def conversation_whose(request: Request, pk: int) -> HttpResponse:
    """First a search, then a button beside each person it finds."""
    row = get_object_or_404(
        Conversation.objects.visible_to(request.user).select_related(*BESIDE), pk=pk
    )
    if request.method == "POST":
        asked = read_pk(request.POST.get("contact", ""))
        contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=asked)
        return _move(request, row, contact)

    query = request.GET.get("q", "").strip()
    known = Contact.objects.visible_to(request.user).current().exclude(pk=row.contact_id)
    found = search.contacts(known, query).order_by("sort_name", "pk") if query else known.none()
    shown = found.select_related("company").prefetch_related("phones")[:SHOWN]
    context = {
        "row": row,
        "q": query,
        "found": list(conceal(shown, request.user)),
    }
    return render(request, "messaging/whose.html", context)


def _find(request: Request, pk: int) -> Conversation:
    rows = Conversation.objects.visible_to(request.user).select_related(*BESIDE)
    return get_object_or_404(rows, pk=pk)


def _move(request: Request, row: Conversation, contact: Contact) -> HttpResponse:
    phone = wording.show_phone(row.phone)
    if not strangers.belongs_to(row, contact):
        notices.error(request, NO_NUMBER)
        return redirect(f"{reverse('messaging:inbox')}?open={row.pk}")
    notices.success(request, f"{phone} is {contact}’s from now on.")
    mine = Conversation.objects.get(contact=contact)
    return redirect(f"{reverse('messaging:inbox')}?open={mine.pk}")
