"""What a view could not answer."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def broken(request: HttpRequest) -> HttpResponse:
    """
    503 while the database does not answer, which passes; else 500, a fault of ours. The pages are
    drawn without asking anything.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        html = render_to_string("503.html")
        return HttpResponse(html, status=503, headers={"Retry-After": "10"})
    return HttpResponse(render_to_string("500.html"), status=500)
