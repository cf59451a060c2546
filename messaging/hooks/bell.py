"""The doorbell of deliveries. It may be lost: the sweep looks each minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from messaging import queue
from messaging.hooks.delivering import TASK, anything_due
from messaging.models import CallerNote, Courier, Hook

log = logging.getLogger(__name__)

REMEMBERED = 5.0  # seconds a process takes for granted that nobody listens
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_nobody_until = 0.0


def ring() -> None:
    """
    Call a worker if there is something to tell. Where nobody listens, that costs a question
    every few seconds. Raises nothing.
    """
    try:
        if _somebody_listens() and _is_wanted():
            queue.call(TASK)
    except DatabaseError as error:
        log.warning("Webhooks wait for the sweep: %s", error)


def forget(**_: object) -> None:
    """Somebody may listen from now on."""
    global _nobody_until
    _nobody_until = 0.0


def ring_after(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: whatever a request changed is committed when it is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method not in SAFE_METHODS:
            ring()
        return response

    return middleware


def _somebody_listens() -> bool:
    global _nobody_until
    if time.monotonic() < _nobody_until:
        return False
    if Hook.objects.exists() or CallerNote.objects.exclude(report_url="").exists():
        return True
    _nobody_until = time.monotonic() + REMEMBERED
    return False


def _is_wanted() -> bool:
    """Whoever delivers now looks once more when done."""
    busy = Courier.objects.filter(busy_until__gt=timezone.now()).exists()
    return not busy and anything_due()
