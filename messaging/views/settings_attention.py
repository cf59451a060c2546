"""What waits for a person: texts of unknown fate, maybe-opt-outs, gateways, webhooks."""

from __future__ import annotations

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import needs
from contacts.models.member import in_team, team_seen
from contacts.paging import Page, page
from contacts.roles import Right, may
from messaging import attention as waiting
from messaging import outbox
from messaging.gateways.reasons import SENTENCES
from messaging.models import Hook, Message, Recurrence, Status
from messaging.views.request import Request

MOST_REVIEWS = 50
MOST_TEXTS = 25


@require_safe
@needs(Right.VIEW)
def attention(request: Request) -> HttpResponse:
    rows = Message.objects.visible_to(request.user).filter(status=Status.UNCONFIRMED)
    rows = rows.select_related("contact", "number", "author")
    cursor = request.GET.get("cursor", "")
    found: Page[Message] = page(rows, "updated_at", cursor=cursor, size=MOST_TEXTS)
    runs = may(request.user, Right.RUN)
    context = {
        "page": found,
        "texts": [(row, SENTENCES.get(row.reason, "")) for row in found.items],
        "reviews": waiting.reviews(MOST_REVIEWS, request.user),
        "missed": _missed(request)[:MOST_REVIEWS],
        "events": waiting.troubled_events() if runs else [],
        "hooks": Hook.objects.failing() if runs else [],
    }
    return render(request, "settings/attention.html", context)


def _missed(request: Request) -> QuerySet[Recurrence]:
    """Of who sees all records everybody's, else their own with whom they still see; as counted."""
    rows = Recurrence.objects.missed().select_related("contact", "broadcast")
    team = team_seen(request.user)
    mine = rows if team is None else rows.filter(author=request.user)
    return in_team(mine, team, "contact__team").order_by("next_at", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.TEXT)
def send_anyway(request: Request, pk: int) -> HttpResponse:
    """Asks, and warns, before a text that may have arrived is sent again."""
    message = get_object_or_404(
        Message.objects.visible_to(request.user), pk=pk, direction="outbound"
    )
    if request.method != "POST" and message.status == Status.UNCONFIRMED:
        return render(request, "settings/attention_send.html", {"message": message})
    if request.method == "POST" and outbox.send_anyway(message, request.user):
        notices.success(request, "Queued to be sent again.")
    else:
        notices.warning(request, "It was settled meanwhile.")
    return redirect("settings:attention")
