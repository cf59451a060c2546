"""Every text in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts import audit, phones, saved
from contacts.access import needs
from contacts.exporting import answering
from contacts.models import Contact, SavedView
from contacts.paging import Page, page
from contacts.roles import Right
from contacts.zones import city
from messaging import exporting, news, wording
from messaging.exporting import BESIDE
from messaging.filters import MessageFilter
from messaging.gateways.reasons import SENTENCES, UNSAID_SENTENCE
from messaging.models import Message

VIEWS_OF = SavedView.List.COMMUNICATIONS


@require_safe
@needs(Right.VIEW)
def communications(request: HttpRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    filters = MessageFilter(request.GET, queryset=_rows(request))
    found: Page[Message] = page(filters.qs, "-created_at", cursor=cursor)
    contact_id = filters.in_use.get("contact")
    context = {
        "page": found,
        "filters": filters,
        "views": saved.views(request, VIEWS_OF, saved.of_list(VIEWS_OF, request.user)),
        "in_use": filters.in_use,
        "phone": filters.in_use.get("phone"),
        "phone_shown": phones.show(filters.in_use.get("phone", "")),
        "contact": contact_id
        and Contact.objects.visible_to(request.user).filter(pk=contact_id).first(),
        "narrowed": list(_narrowed(filters)),
        "rev": "" if cursor or "q" in filters.in_use else _digest(found.items),
        "kept": [(k, v) for k, v in request.GET.items() if k in filters.filters and v],
    }
    return render(request, "messaging/communications.html", context)


@require_safe
@needs(Right.EXPORT)
def communications_export(request: HttpRequest) -> StreamingHttpResponse:
    """All that the filters in the address find; as=csv or xlsx."""
    filters = MessageFilter(request.GET, queryset=_rows(request))
    found = filters.qs.latest_first().iterator(chunk_size=1000)
    narrowed = "those that some filters find" if filters.in_use else "all"
    audit.note(audit.Action.EXPORTED, by=request.user, about=f"Communications, {narrowed}")
    rows = exporting.rows(found, timezone.get_current_timezone())
    return answering.table(rows, "communications", request.GET.get("as", "csv"))


def _narrowed(filters: MessageFilter) -> Iterator[tuple[str, Any, str]]:
    """Filters that pages link to, and that the bar has no field for."""
    if why := filters.in_use.get("reason"):
        yield "reason", why, SENTENCES.get(why, UNSAID_SENTENCE)
    if brought := filters.in_use.get("brought"):
        yield "brought", brought, "From one import"
    if "left" in filters.in_use:
        yield "left", "yes", "Taken by a gateway"
    if clock := filters.in_use.get("clock"):
        yield "clock", clock, f"Days as in {city(settings.TIME_ZONE)}"
    pk = filters.in_use.get("author")
    if pk is not None:
        yield "author", pk, f"Written by {wording.person(User.objects.filter(pk=pk).first())}"


def changes(request: HttpRequest, holds: QueryDict) -> dict[str, Any] | None:
    """The first page drawn again; not while words are searched, which is no cheap question."""
    if not holds.get("rev"):
        return None
    filters = MessageFilter(holds, queryset=_rows(request))
    found: Page[Message] = page(filters.qs, "-created_at")
    rev = _digest(found.items)
    return None if rev == holds["rev"] else {"rev": rev, "communications": found.items}


def _rows(request: HttpRequest) -> Any:
    return Message.objects.visible_to(request.user).select_related(*BESIDE)


def _digest(rows: list[Message]) -> str:
    return news.digest(*((row.pk, row.status) for row in rows))
