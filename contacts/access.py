"""
The one door to every page: a view says which right it needs, the middleware asks for it, and a
view that says nothing is refused. Views with @login_not_required have a door of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_only_middleware

from contacts.roles import Right, may, refusal

View = TypeVar("View", bound=Callable[..., Any])
SAFE = {"GET", "HEAD", "OPTIONS"}
UNDECLARED = "Nobody said who may open this page."


def needs(right: Right, *, post: Right | None = None) -> Callable[[View], View]:
    """Which right opens this view; post: which one it takes for all that is not a look at it."""

    def declare(view: View) -> View:
        view.rights = (right, post or right)  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any]) -> tuple[Right, Right] | None:
    """What a view of the URLconf declares, also one with some of its arguments given."""
    while isinstance(view, partial):
        view = view.func
    return getattr(view, "rights", None)


def require(user: Any, right: Right) -> None:
    """Raises PermissionDenied with a sentence."""
    if not may(user, right):
        raise PermissionDenied(refusal(user, right))


@sync_only_middleware
class AccessMiddleware:
    """Behind LoginRequiredMiddleware: whoever comes as far as here has signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        if not getattr(view, "login_required", True):
            return
        match = request.resolver_match
        inside = match.app_names[:1] if match else []
        rights = (Right.RUN, Right.RUN) if inside == ["admin"] else declared(view)
        if rights is None:
            raise PermissionDenied(UNDECLARED)
        require(request.user, rights[request.method not in SAFE])
