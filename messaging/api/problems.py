"""Errors in one shape: application/problem+json of RFC 9457 (read November 2026)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from contacts.outage import is_outage

log = logging.getLogger(__name__)


class Problem(Exception):
    """Raise it anywhere in an operation: the answer is this status with this sentence."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


def answer(status: int, detail: str, **more: Any) -> HttpResponse:
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def listen(api: NinjaAPI) -> None:
    """Let every error of this API have that shape."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(
        Http404, lambda request, error: answer(404, "There is no such thing.")
    )
    api.add_exception_handler(
        RequestDataTooBig, lambda request, error: answer(413, "That is too much at once.")
    )
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(AuthenticationError, unknown)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Exception, _broken)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status, error.detail, **error.more)


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status_code, str(error))


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    """A database is most often away for a moment: it starts anew, or somebody holds it."""
    log.error("%s %s", request.method, request.path, exc_info=error)
    if not is_outage(error):
        return answer(500, "Something went wrong here, and was written down.")
    response = answer(503, "The database does not answer. Try again, with the same key.")
    response["Retry-After"] = "5"
    return response


def unknown(*_: Any) -> HttpResponse:
    """Whoever calls has no token, or one that opens nothing."""
    return answer(401, "Give a token: Authorization: Bearer smscrm…")


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Which field, and what is wrong with it; never the value, which may be a secret."""
    if any(one["loc"][0] == "path" for one in error.errors):  # /contacts/abc
        return answer(404, "There is no such thing.")
    wrong = [{"field": _field(one["loc"]), "why": one["msg"]} for one in error.errors]
    return answer(422, said(wrong), errors=wrong)


def _field(place: Sequence[int | str]) -> str:
    """Of a body without the name it has here; "" for all of it."""
    return ".".join(map(str, place[2 if place[0] == "body" else 1 :]))


def said(wrong: list[dict[str, str]]) -> str:
    """The first of these in one sentence."""
    first = wrong[0]
    return f"{first['field'] or 'The body'}: {first['why']}"
