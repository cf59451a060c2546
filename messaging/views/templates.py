"""Words under a name: the list, one of them, and what the composer offers behind a slash."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contacts import meanwhile
from contacts.access import needs
from contacts.comments import storable
from contacts.roles import Right
from messaging import expansion, merging, pages, templates
from messaging.forms import TemplateForm
from messaging.models import Template
from messaging.views.request import Request

MOST_CHOICES = 12

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.VIEW)
def template_list(request: Request) -> HttpResponse:
    """Their own and everybody's; links on those they may change."""
    rows = Template.objects.visible_to(request.user).select_related("owner")
    mine = set(Template.objects.may_be_changed_by(request.user).values_list("pk", flat=True))
    context = {"rows": [(row, row.pk in mine) for row in rows]}
    return render(request, "messaging/template_list.html", context)


@get_or_post
@needs(Right.TEMPLATES)
def template_edit(request: Request, pk: int | None = None) -> HttpResponse:
    """Adds one without a pk. The button Preview keeps nothing, and shows it for one contact."""
    rows = Template.objects.may_be_changed_by(request.user)
    row = meanwhile.find(rows, pk, request.POST) if pk else None
    form, shown = meanwhile.caught_up(
        lambda typed: TemplateForm(typed, instance=row, author=request.user),
        request.POST,
        is_gone=bool(pk and row is None),
    )
    wants_preview = "preview" in request.POST
    if form.is_valid() and not wants_preview:
        notices.success(request, f"Saved {templates.keep(form, by=request.user)}")
        return redirect("messaging:template-list")

    preview = form.preview() if form.is_bound and not form.errors else None
    if wants_preview and not form.errors and preview is None:
        form.add_error("contact", "Choose on whom to try it.")
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "preview": preview,
        "merge_fields": merging.known(),
    }
    context["shown"] = shown if row else ""
    status = 422 if form.errors else 200
    return render(request, "messaging/template_form.html", context, status=status)


@get_or_post
@needs(Right.TEMPLATES)
def template_delete(request: Request, pk: int) -> HttpResponse:
    row = _changeable(request, pk)
    if request.method == "POST":
        templates.delete(row, by=request.user)
        notices.success(request, f"Deleted /{row.name}")
        return redirect("messaging:template-list")

    return render(request, "messaging/template_delete.html", {"row": row})


@require_safe
@needs(Right.VIEW)
def template_choices(request: Request) -> HttpResponse:
    """
    Options behind a / in the composer of a record's page (?page=contact-12, as /live/ calls it;
    ?q=, of which names begin): each template filled for whom the record leads to.
    """
    record = pages.find(request.GET.get("page", ""), request.user)
    rows = Template.objects.visible_to(request.user).filter(name__istartswith=_typed(request))
    found = [expansion.choice(row, record, request.user) for row in rows[:MOST_CHOICES]]
    return render(request, "messaging/_template_options.html", {"templates": found})


@require_safe
@needs(Right.VIEW)
def field_choices(request: Request) -> HttpResponse:
    """Options behind a {: the merge fields whose names begin with ?q=."""
    typed = _typed(request)
    fields = [(name, words) for name, words in merging.known().items() if name.startswith(typed)]
    return render(request, "messaging/_field_options.html", {"fields": fields[:MOST_CHOICES]})


def _typed(request: Request) -> str:
    return storable(request.GET.get("q", ""))[:40]


def _changeable(request: Request, pk: int) -> Template:
    return get_object_or_404(Template.objects.may_be_changed_by(request.user), pk=pk)
