"""Contacts that may be the same: looked through, made one, told apart, and two again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import duplicates, merging
from contacts.access import needs
from contacts.concealing import conceal
from contacts.duplicates.finding import search
from contacts.duplicates.wording import Pair, shared
from contacts.models import Contact, Duplicate, Merge
from contacts.paging import page
from contacts.roles import Right

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PAGE_SIZE = 20
MOST_MERGES = 10
BOTH_OF = tuple(
    f"{one}__{name}" for one in ("first", "second") for name in ("company", "owner", "team")
)


@require_safe
@needs(Right.EDIT)
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """The surest first; and what was merged lately, to undo it."""
    rows = _visible(request).open().prefetch_related("first__phones", "second__phones")
    found = page(rows, "-score", cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    people = Contact.objects.visible_to(request.user)
    merges = Merge.objects.standing().filter(keep__in=people).select_related("keep", "gone")
    context = {
        "page": found,
        "pairs": [Pair.of(_concealed(row, request)) for row in found.items],
        "search": search(),
        "merges": merges.select_related("keep", "gone", "author").order_by("-pk")[:MOST_MERGES],
    }
    return render(request, "contacts/duplicate_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT)
def duplicate_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Field by field; ?keep=second turns round which of them stays."""
    row = get_object_or_404(_visible(request).open(), pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    keep, gone = row.first, row.second
    if asked.get("keep") == "second":
        keep, gone = gone, keep
    if request.method == "POST" and "merge" in request.POST:
        return _merge(request, row, keep, gone)
    _concealed(row, request)
    context = {
        "row": row,
        "keep": keep,
        "gone": gone,
        "why": shared(keep, gone),
        "choices": merging.choices(keep, gone),
        "is_turned": keep == row.second,
        "team": keep.team_id != gone.team_id and (keep.team or gone.team),
    }
    return render(request, "contacts/duplicate_merge.html", context)


def _merge(request: HttpRequest, row: Duplicate, keep: Contact, gone: Contact) -> HttpResponse:
    chosen = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        done = merging.merge(keep, gone, chosen, author=cast("User", request.user))
    except merging.CannotMerge as problem:
        messages.error(request, str(problem))
        return redirect("contacts:duplicate-list")
    messages.success(request, f"{done.gone} is a part of {done.keep} now.")
    return redirect("contacts:duplicate-list")


@require_POST
@needs(Right.EDIT)
def duplicate_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """They are two people, and are not asked about again."""
    row = get_object_or_404(_visible(request), pk=pk)
    news: dict[str, Any] = {"dismissed_at": timezone.now(), "dismissed_by": request.user}
    Duplicate.objects.filter(pk=row.pk, dismissed_at=None).update(**news)
    messages.success(request, f"{row.first} and {row.second} stay two contacts.")
    return redirect("contacts:duplicate-list")


@require_POST
@needs(Right.EDIT)
def duplicate_search(request: HttpRequest) -> HttpResponse:
    """Through all contacts anew, in the background."""
    duplicates.begin()
    return redirect("contacts:duplicate-list")


@require_POST
@needs(Right.EDIT)
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    people = Contact.objects.visible_to(request.user)
    rows = Merge.objects.filter(keep__in=people).select_related("keep", "gone")
    row = get_object_or_404(rows, pk=pk)
    try:
        if merging.undo(row, author=cast("User", request.user)):
            row = rows.get(pk=pk)  # by the names they have again
            messages.success(request, f"{row.keep} and {row.gone} are two contacts again.")
        else:
            messages.error(request, "This was undone already.")
    except merging.CannotMerge as problem:
        messages.error(request, str(problem))
    return redirect("contacts:duplicate-list")


def _concealed(row: Duplicate, request: HttpRequest) -> Duplicate:
    list(conceal((row.first, row.second), request.user))
    return row


def _visible(request: HttpRequest) -> Any:
    """Of people that may be seen, with what a page shows of them."""
    people = Contact.objects.visible_to(request.user)
    rows = Duplicate.objects.filter(first__in=people, second__in=people)
    return rows.select_related(*BOTH_OF)
