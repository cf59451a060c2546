"""One thing done to everybody who was ticked, or to all that a list finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from contacts import bulk, duplicates
from contacts.access import needs, require
from contacts.bulk.wording import Done
from contacts.forms.bulk import MERGE, TEXT, BulkForm
from contacts.models import BulkAction, Contact
from contacts.roles import Right
from contacts.views.contact import CONTACT

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_POST
@needs(Right.EDIT)
def contact_bulk(request: HttpRequest) -> HttpResponse:
    """Does it to those ticked; all that a list finds are counted, and asked about, first."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return _back(form.cleaned_data.get("query", ""))
    query = form.cleaned_data["query"]
    if form.cleaned_data["verb"] == TEXT:
        require(request.user, Right.BROADCAST)
        asked = urlencode({"query": form.chosen})
        return redirect(f"{reverse('messaging:broadcast-create')}?{asked}")
    if form.cleaned_data["verb"] == MERGE:
        return _merge(request, form)
    if form.cleaned_data["everybody"] and "confirmed" not in request.POST:
        found = bulk.count(request.user, query)
        context = {"form": form, "count": words_for(found), "back": f"{CONTACT.list_url}?{query}"}
        return render(request, "contacts/bulk_confirm.html", context)
    action = form.action(cast("User", request.user))
    bulk.start(action)
    return _back(query, action)


@require_safe
@needs(Right.EDIT)
def bulk_count(request: HttpRequest) -> HttpResponse:
    """How many the list with this address finds, in words: asked when somebody ticks a box."""
    found = bulk.count(request.user, request.META.get("QUERY_STRING", ""))
    return HttpResponse(words_for(found))


@require_safe
@needs(Right.EDIT)
def bulk_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done so far."""
    action = _find(request, pk)
    if not getattr(request, "htmx", False):
        return redirect(f"{CONTACT.list_url}?did={pk}")
    return render(request, "contacts/_bulk_done.html", {"bulk": Done(action)})


@require_POST
@needs(Right.EDIT)
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    action = _find(request, pk)
    if not bulk.undo(action):
        messages.error(request, "This was undone already, or is still under way.")
    return _back(action.query, action)


def words_for(count: int) -> str:
    if count > bulk.MOST_COUNTED:
        return f"more than {bulk.MOST_COUNTED:,} contacts"
    return f"{count:,} contact{'s' * (count != 1)}"


def _merge(request: HttpRequest, form: BulkForm) -> HttpResponse:
    """To the page that merges these two."""
    people = Contact.objects.visible_to(request.user).current().filter(pk__in=form.ids)
    pks = list(people.order_by("pk").values_list("pk", flat=True))
    if len(pks) < 2:
        messages.error(request, "One of them is not there any more.")
        return _back(form.cleaned_data["query"])
    return redirect("contacts:duplicate-merge", duplicates.pair(*pks).pk)


def _find(request: HttpRequest, pk: int) -> BulkAction:
    rows = BulkAction.objects.visible_to(request.user).select_related("tag", "owner")
    return get_object_or_404(rows, pk=pk)


def _back(query: str, action: BulkAction | None = None) -> HttpResponse:
    """To the list as it was."""
    asked = "&".join(filter(None, [query, f"did={action.pk}" if action else ""]))
    return redirect(f"{CONTACT.list_url}?{asked}")
