"""A request as the views get it: somebody signed in, and what htmx says about itself."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """The middleware sees to both; strangers never reach a view that takes it."""

    user: User
    htmx: HtmxDetails
