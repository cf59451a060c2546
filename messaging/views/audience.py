"""Whom a broadcast would find, told while somebody chooses."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contacts.access import needs
from contacts.ids import read_pk
from contacts.roles import Right
from messaging.forms.broadcast import BroadcastForm
from messaging.models import Broadcast
from messaging.views.request import Request


@require_safe
@needs(Right.BROADCAST)
def audience_count(request: Request) -> HttpResponse:
    """For ?query=, ?tags= as the form has them; ?of= is the broadcast that is changed, if any."""
    form = BroadcastForm(request.GET, instance=_broadcast(request), reader=request.user)
    return render(request, "messaging/broadcasts/_audience.html", {"form": form})


def _broadcast(request: Request) -> Broadcast:
    """Its author's eyes count, whoever changes it."""
    if not (asked := request.GET.get("of", "")):
        return Broadcast(author=request.user)
    if not (pk := read_pk(asked)):
        raise Http404
    rows = Broadcast.objects.visible_to(request.user).select_related("author")
    return get_object_or_404(rows, pk=pk)
