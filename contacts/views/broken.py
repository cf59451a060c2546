"""What a view could not answer."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from contacts.outage import is_outage


def broken(request: HttpRequest) -> HttpResponse:
    """
    503 while the database does not answer, which passes; else 500, a fault of ours. The pages are
    drawn without asking anything.
    """
    if is_outage(sys.exc_info()[1]):
        html = render_to_string("503.html")
        return HttpResponse(html, status=503, headers={"Retry-After": "10"})
    return HttpResponse(render_to_string("500.html"), status=500)
