"""A body that comes in pieces arrives whole, or is refused."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest

from smscrm.chunked import MOST, gathered


class Broken(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("a piece is missing")


def answer(stream: BytesIO, **more: str) -> bytes:
    """The body as Django reads it, or the status that refuses it."""

    def application(environ: Any, start: Any) -> list[bytes]:
        return [WSGIRequest(environ).body]

    environ = {"REQUEST_METHOD": "POST", "wsgi.input": stream, "wsgi.input_terminated": True}
    return b"".join(gathered(application)(environ | more, lambda *_: None))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("spelling", ["chunked", "Chunked", "gzip, chunked"])
def test_pieces_are_gathered(spelling: str) -> None:
    assert answer(BytesIO(b"STOP"), HTTP_TRANSFER_ENCODING=spelling) == b"STOP"


def test_a_length_that_is_said_is_kept_to() -> None:
    assert answer(BytesIO(b"STOP it"), CONTENT_LENGTH="4") == b"STOP"


def test_too_much_and_too_little_are_refused() -> None:
    refused = [
        answer(stream, HTTP_TRANSFER_ENCODING="chunked")[:3]
        for stream in (BytesIO(b"x" * (MOST + 1)), Broken())
    ]

    assert refused == [b"413", b"400"]
