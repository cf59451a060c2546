"""The API's operations to look at and try out, by Swagger UI, for whoever is signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.access import needs
from contacts.roles import Right
from messaging.api.urls import api


@require_safe
@needs(Right.OWN)
def docs(request: HttpRequest) -> HttpResponse:
    """With the description in the page itself: the one at openapi.json asks for a token."""
    return render(request, "settings/api_docs.html", {"description": api.get_openapi_schema()})
