"""POST /webhooks/<gateway>/<token>/: store, apply, answer fast."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging import inbox, wire
from messaging.gateways.base import Request
from messaging.models import Event

MOST_BYTES = 64 * 1024


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, gateway: str, token: str) -> HttpResponse:
    """A wrong token is a 404; a wrong signature is kept and answered 503, so it comes again."""
    if gateway not in wire.available() or not _is_ours(token):
        raise Http404
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse("Too large.\n", status=413, content_type="text/plain")
    event = inbox.receive(gateway, _as_it_came(request, body))
    status = 503 if event.state == Event.State.QUARANTINED else 200
    return HttpResponse("ok\n" if status == 200 else "", status=status, content_type="text/plain")


def _is_ours(token: str) -> bool:
    """WEBHOOK_TOKEN may hold two tokens, separated by a comma, while one replaces the other."""
    known = [one for one in settings.WEBHOOK_TOKEN.split(",") if one]
    return any(constant_time_compare(token, one) for one in known)


def _as_it_came(request: HttpRequest, body: bytes) -> Request:
    """The request with the public URL: behind a proxy, the Host header is not to be trusted."""
    return Request(
        method=request.method or "POST",
        url=settings.PUBLIC_URL + request.get_full_path(),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.GET.dict(),
        body=body,
    )
