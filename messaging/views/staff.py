"""Pages that change the installation, and not only what one person does with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse


def is_staff(user: Any) -> bool:
    """Whether this person runs the installation: staff or superuser."""
    return bool(user.is_active and (user.is_staff or user.is_superuser))


def for_staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view only for those: 403 for everybody else who is signed in."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_staff(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
