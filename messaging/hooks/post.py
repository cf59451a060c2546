"""
One request of a webhook: no redirect followed, no proxy, no cookie, one deadline for all of it, and
only the beginning of the answer read.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from time import monotonic

import requests
from urllib3.exceptions import HTTPError

from messaging.gateways.deadline import call
from messaging.gateways.reading import clean
from messaging.hooks import address

DEADLINE = 10.0  # seconds, from resolving the name to the last byte that is read
CONNECT = 5.0
MOST_READ = 4 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """status is None where none came; problem is one sentence, empty after a 2xx."""

    status: int | None
    text: str
    elapsed_ms: int
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


def post(
    url: str,
    *,
    body: bytes,
    headers: dict[str, str],
    method: str = "POST",
    allow_private: bool = False,
) -> Answer:
    """Send it once. Raises nothing: what went wrong is in the answer."""
    began = monotonic()
    call.begin(DEADLINE)
    try:
        address.split(url, allow_private=allow_private)
        status, text = _exchange(url, method, headers, body, allow_private)
    except address.AddressRefused as refused:
        return Answer(None, "", _since(began), str(refused))
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return Answer(None, "", _since(began), _said(error))
    return Answer(status, text, _since(began), "" if 200 <= status < 300 else _meaning(status))


def _exchange(
    url: str, method: str, headers: dict[str, str], body: bytes, allow_private: bool
) -> tuple[int, str]:
    own = {"User-Agent": "smscrm-webhooks", "Accept-Encoding": "identity"}
    request = requests.Request(method, url, own | headers, data=body or None).prepare()
    transport = _transport(os.getpid(), allow_private)
    response = transport.send(request, stream=True, timeout=(CONNECT, DEADLINE))
    with closing(response.raw):
        read: bytes = response.raw.read(MOST_READ, decode_content=False)
    return response.status_code, clean(read.decode("utf-8", "replace"))


@cache
def _transport(process: int, allow_private: bool) -> address.Transport:
    """One per process: a child must not write into its parent's connections."""
    return address.PrivateTransport() if allow_private else address.Transport()


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return f"Answered {status}: webhooks follow no redirect, so give the address it leads to."
    return f"Answered {status}."


def _said(error: Exception) -> str:
    """What failed, as far as the other side's words help."""
    if isinstance(error, requests.exceptions.SSLError):
        return clean(f"The TLS certificate was not accepted: {error}", 200)
    if isinstance(error, requests.Timeout | TimeoutError) or "timed out" in str(error):
        return f"No answer within {DEADLINE:.0f} seconds."
    return clean(f"No connection: {error}", 200)


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)
