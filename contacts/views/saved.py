"""Views of lists that are kept under a name: kept, changed, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from contacts import saved
from contacts.access import needs
from contacts.forms.saved import SavedViewForm
from contacts.models import SavedView
from contacts.models.saved_view import LONGEST
from contacts.roles import Right, may

if TYPE_CHECKING:
    from django.contrib.auth.models import User

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@needs(Right.VIEW)
def view_create(request: HttpRequest) -> HttpResponse:
    """?of=contacts&query=tag%3D3: the list as it stands, which only wants a name."""
    asked = request.GET.get("of", "")
    given = {"of": asked if asked in SavedView.List else SavedView.List.CONTACTS}
    given["query"] = request.GET.get("query", "")
    row = SavedView(owner=cast("User", request.user), of=given["of"])
    form = SavedViewForm(request.POST or None, instance=row, initial=given)
    return _form_page(request, form)


@get_or_post
@needs(Right.VIEW)
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name and for whom it is; what it shows is changed in the list itself."""
    row = _changeable(request, pk)
    form = SavedViewForm(request.POST or None, instance=row)
    del form.fields["of"], form.fields["query"]
    return _form_page(request, form, SavedView.objects.get(pk=row.pk))


def _form_page(
    request: HttpRequest, form: SavedViewForm, row: SavedView | None = None
) -> HttpResponse:
    if not may(request.user, Right.EDIT):
        del form.fields["is_shared"]
    if form.is_valid():
        kept = saved.keep(form, by=request.user)
        messages.success(request, f"The view {kept} was saved.")
        return redirect(kept)

    context = {"form": form, "row": row, "back": (row or form.instance).list_url}
    status = 422 if form.errors else 200
    return render(request, "contacts/view_form.html", context, status=status)


@require_POST
@needs(Right.VIEW)
def view_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it show what the list shows now."""
    row = _changeable(request, pk)
    given = {"of": row.of, "name": row.name, "query": request.POST.get("query", "")[: 4 * LONGEST]}
    form = SavedViewForm(given | {"is_shared": row.is_shared}, instance=row)
    if form.is_valid():
        saved.keep(form, by=request.user)
        messages.success(request, f"The view {row} shows this from now on.")
        return redirect(row)

    messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect(SavedView.objects.get(pk=row.pk))


@get_or_post
@needs(Right.VIEW)
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = _changeable(request, pk)
    if request.method == "POST":
        back = row.list_url
        saved.delete(row, by=request.user)
        messages.success(request, f"The view {row} was deleted.")
        return redirect(back)

    return render(request, "contacts/view_delete.html", {"row": row})


def _changeable(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.may_be_changed_by(request.user), pk=pk)
