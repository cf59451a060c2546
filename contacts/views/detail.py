"""A record's page: what is known, the comment box, the timeline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from contacts import custom, timeline
from contacts.access import needs
from contacts.forms import CommentForm
from contacts.models import Comment, Record
from contacts.roles import Right
from contacts.views.kinds import Kind

SHOWS = (("", "All"), ("comments", "Comments"), ("sms", "Texts & calls"), ("changes", "Changes"))
TABS = (("conversation", "Conversation"), ("activity", "Activity"), ("details", "Details"))


class Request(HttpRequest):
    htmx: HtmxDetails


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.VIEW, post=Right.EDIT)
def record_detail(request: Request, pk: int, *, kind: Kind) -> HttpResponse:
    posting = request.method == "POST"  # needs the record, and nothing of what its page shows
    record = kind.record(request.user, pk, bare=posting)
    if record is None:
        raise Http404
    if record.archived_at and (whole := kind.moved(record)):
        return redirect(whole)
    form = CommentForm(request.POST if posting else None)
    if form.is_valid() and (comment := form.post(record, request.user)):
        return posted(request, record, kind, comment)

    context = page_context(request, record, kind, form)
    status = 422 if form.errors else 200
    if request.htmx and posting:
        return render(request, "contacts/_activity.html", context, status=status)
    return render(request, kind.template("detail"), context, status=status)


def posted(request: Request, record: Record, kind: Kind, comment: Comment) -> HttpResponse:
    """The timeline with the new entry on top, and an empty form."""
    for hint in comment.hints:
        messages.info(request, hint)
    address = f"{record.get_absolute_url()}?tab=activity"
    if not request.htmx:
        return redirect(address)
    context = page_context(request, record, kind, CommentForm()) | {"is_fresh": True}
    answer = render(request, "contacts/_activity.html", context)
    answer["HX-Replace-Url"] = address
    return answer


def page_context(
    request: HttpRequest, record: Record, kind: Kind, form: CommentForm
) -> dict[str, Any]:
    show, cursor = request.GET.get("show", ""), request.GET.get("cursor", "")
    show = show if show in timeline.FILTERS else ""
    return {
        "record_type": kind,
        "record": record,
        "form": form,
        "draft": f"{kind.noun}-{record.pk}",
        "links": kind.links(record),
        "leads_to": record.leads_to(),
        "custom": custom.shown(record) if getattr(record, "any_custom", True) else [],
        "page": timeline.entries(record, request.user, show=show, cursor=cursor),
        "show": show,
        "shows": SHOWS,
        "tab": chosen_tab(request, kind),
        "tabs": TABS if kind.has_conversation else TABS[1:],
        **kind.about(record, request.user),
    }


def chosen_tab(request: HttpRequest, kind: Kind) -> str:
    """Which part a phone shows: asked for, or where the answer to this request stands."""
    asked = "activity" if request.method == "POST" else request.GET.get("tab", "")
    known = [tab for tab, _ in (TABS if kind.has_conversation else TABS[1:])]
    if asked in known:
        return asked
    return "activity" if request.GET.keys() & {"show", "cursor"} else known[0]
