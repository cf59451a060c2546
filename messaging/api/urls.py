"""Where the API is: /api/v1/."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from messaging.api import (
    broadcasts,
    comments,
    companies,
    contacts,
    deals,
    lookups,
    optouts,
    problems,
    templates,
    texts,
    webhooks,
)
from messaging.api.described import Described
from messaging.api.doors import Bearer


def _for_callers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description is for who has a token, as everything else here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if not Bearer()(request):
            return problems.unknown()
        return view(request, *args, **given)

    return guarded


api = Described(
    title="smscrm",
    version="1",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
    docs_decorator=_for_callers,
)
problems.listen(api)
_PARTS = (texts, lookups, broadcasts, optouts, templates, webhooks, contacts, companies, deals)
for _part in (*_PARTS, comments):
    api.add_router("", _part.router)


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Tokens instead of a sign-in; a wrong method is refused in the shape of all other errors."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if not _is_json(request):
            return problems.answer(415, "Send JSON: Content-Type: application/json.")
        asked = request.method
        if asked == "HEAD":  # which ninja does not know; the server leaves the body out
            request.method = "GET"
        response = view(request, *args, **given)
        request.method = asked
        if response.status_code == 405:
            refused = problems.answer(405, f"{asked} is not possible here.")
            refused["Allow"] = response.get("Allow", "")
            return refused
        return response

    return door


def _is_json(request: HttpRequest) -> bool:
    """Also what has no body, or does not say what it is."""
    kind, length = request.content_type or "", request.headers.get("Content-Length")
    return length in {None, "", "0"} or not kind or kind.endswith(("/json", "+json"))


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problems.answer(404, "There is no such address: see /api/v1/openapi.json.")


app_name = "api"
urlpatterns = [*api.urls[0]]
for _pattern in urlpatterns:
    _pattern.callback = _door(cast("Callable[..., HttpResponse]", _pattern.callback))
urlpatterns = [path("", nowhere), *urlpatterns, path("<path:rest>", nowhere)]
