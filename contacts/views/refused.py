"""What came in a way that no view can read."""

from __future__ import annotations

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """
    413 for more than Django reads into memory (DATA_UPLOAD_MAX_MEMORY_SIZE, 2.5 MB), with how to
    get the words back; else 400. The form itself cannot be shown again: nobody has read it.
    """
    is_too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    status = 413 if is_too_large else 400
    return render(request, "400.html", {"is_too_large": is_too_large}, status=status)
