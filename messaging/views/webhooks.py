"""POST /webhooks/<gateway>/<token>/: store, apply, answer fast."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from messaging import inbox, wire
from messaging.gateways.base import Request
from messaging.models import Event

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
SPEAKS_GET = {"seven"}  # a webhook there may have been registered with request_method GET


@csrf_exempt
@login_not_required
def webhook(request: HttpRequest, gateway: str, token: str) -> HttpResponse:
    """A wrong token is a 404; a wrong signature is kept and answered 503, so it comes again."""
    if not (_is_known(gateway) and _is_ours(token)):
        raise Http404
    methods = ["POST", "GET"] if gateway in SPEAKS_GET else ["POST"]
    if request.method not in methods:
        return HttpResponseNotAllowed(methods)
    try:
        body = request.read(MOST_BYTES + 1)
    except UnreadablePostError:
        return _say(400, "The body did not arrive.")
    if len(body) > MOST_BYTES:
        return _say(413, "Too large.")
    try:
        event = inbox.receive(gateway, _as_it_came(request, body))
    except DatabaseError:
        log.exception("A webhook of %s could not be stored", gateway)
        return _say(503, "Try again.")
    return _say(503, "") if event.state == Event.State.QUARANTINED else _say(200, "ok")


def _say(status: int, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")


def _is_known(gateway: str) -> bool:
    """One whose credential is missing keeps what it hears until it is there again."""
    return gateway in wire.CREDENTIALS or gateway in wire.available()


def _is_ours(token: str) -> bool:
    """WEBHOOK_TOKEN may hold two tokens, separated by a comma, while one replaces the other."""
    known = [one.strip() for one in settings.WEBHOOK_TOKEN.split(",") if one.strip()]
    return sum(constant_time_compare(token, one) for one in known) > 0


def _as_it_came(request: HttpRequest, body: bytes) -> Request:
    """The request with the public URL: behind a proxy, the Host header is not to be trusted."""
    return Request(
        method=request.method or "POST",
        url=settings.PUBLIC_URL + request.get_full_path(),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.GET.dict(),
        body=body,
    )
