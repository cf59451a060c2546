"""
Bodies that come in pieces (`Transfer-Encoding: chunked`, as programs send them that do not know
the length before). Django reads as much as `Content-Length` says, and so nothing of these: a STOP
would be lost. Here they are gathered first.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 2_621_440  # bytes: what Django takes into memory at once


def gathered(application: WSGIApplication) -> WSGIApplication:
    def respond(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return application(environ, start)
        try:
            body = environ["wsgi.input"].read(MOST + 1)
        except OSError:  # of gunicorn too, where a piece is not what it says
            return _refused(start, "400 Bad Request")
        if len(body) > MOST:
            return _refused(start, "413 Content Too Large")
        whole = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ | whole, start)

    return respond


def _refused(start: StartResponse, status: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain"), ("Connection", "close")])
    return [f"{status}\n".encode()]
