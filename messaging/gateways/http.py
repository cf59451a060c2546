"""
The wire all adapters share: one request, one answer, one deadline, and no doubt about what failed.

It never redirects, retries, keeps cookies or reads the proxy environment: requests' Session, which
would, is left out, and its adapter used directly. Safe to share between threads, safe over a fork.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from time import monotonic, time
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import HTTPError

from messaging.gateways.base import Exchange
from messaging.gateways.deadline import Transport, call
from messaging.gateways.errors import GatewayError, Throttled, Unreachable, failure
from messaging.gateways.reading import clean

DEADLINE = 15.0  # seconds; the outbox's lease is four times as long
MAX_ANSWER = 64 * 1024
MAX_SHOWN = 4096
MIN_SECRET = 6  # characters; shorter words would be taken out of innocent text
MAX_RETRY_AFTER = 24 * 3600.0
HIDDEN = "[hidden]"

REASON_OF_STATUS = {
    401: "unauthorised",
    402: "no_credit",
    403: "forbidden",
    408: "timeout",
    413: "too_long",
    425: "gateway_error",
    429: "throttled",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whatever its status. Header names are in lower case, credentials hidden."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    exchange: Exchange

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class Http:
    """
    Requests to one host. headers: sent with each request; their values are the credentials, so
    name harmless ones in `plain`. deadline: seconds for everything from resolving the name to the
    last byte of the answer. transport: makes a requests adapter, once per process.

    Raises ValueError for anything but https, except http to this very machine.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        deadline: float = DEADLINE,
        connect_timeout: float = 5.0,
        *,
        transport: Callable[[], BaseAdapter] = Transport,
        plain: Mapping[str, str] | None = None,
    ) -> None:
        _check_url(base_url)
        self._base_url = base_url
        secret = {name: _checked(name, value) for name, value in headers.items()}
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "smscrm"}
        self._headers |= {**(plain or {}), **secret}
        self._hidden = _spellings(
            [*secret.values(), *(v.split()[-1] for v in secret.values() if v)]
        )
        self._timeout = (connect_timeout, deadline)
        self._make = transport
        self._made: dict[int, BaseAdapter] = {}

    def __repr__(self) -> str:
        return f"<Http {urlsplit(self._base_url).hostname}>"

    def post(
        self,
        path: str,
        *,
        data: Mapping[str, str] | None = None,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        hide: Sequence[str] = (),
    ) -> Answer:
        """
        One POST. hide: more words that no Exchange may show. Raises Unreachable if nothing was
        written, OutcomeUnknown if no whole answer came; every status is an Answer.
        """
        request = requests.Request("POST", self._url(path), self._headers)
        request.data, request.json, request.params = data or [], json, dict(params or {})
        return self._exchange(request.prepare(), hide)

    def get(
        self, path: str, *, params: Mapping[str, str] | None = None, cap: int = MAX_ANSWER
    ) -> Answer:
        """One GET of at most `cap` bytes. Raises as post does."""
        request = requests.Request("GET", self._url(path), self._headers)
        request.params = dict(params or {})
        return self._exchange(request.prepare(), (), cap)

    def _exchange(
        self, request: requests.PreparedRequest, hide: Sequence[str], cap: int = MAX_ANSWER
    ) -> Answer:
        began = monotonic()
        call.begin(self._timeout[1])
        show = _Shown(request, [*_spellings(hide), *self._hidden], began)
        try:
            response = self._transport().send(request, stream=True, timeout=self._timeout)
            with closing(response.raw):
                body: bytes = response.raw.read(cap + 1, decode_content=True)
            if not body and _is_cut(response):
                raise ConnectionError("The answer ended within its head.")
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise show.failure(error, unwritten=call.unwritten) from None

        text = show.hide(clean(body[:cap].decode("utf-8", "replace")))
        headers = {name.lower(): show.hide(value) for name, value in response.headers.items()}
        return Answer(response.status_code, headers, text, show(response.status_code, text))

    def _transport(self) -> BaseAdapter:
        """One per process: a child must not write into its parent's connections."""
        process = os.getpid()
        return self._made.get(process) or self._made.setdefault(process, self._make())

    def _url(self, path: str) -> str:
        return self._base_url.rstrip("/") + path if path else self._base_url


def refusal(answer: Answer, reason: str = "", *, code: str = "", detail: str = "") -> GatewayError:
    """
    What an answer other than 2xx means: by its status, or by `reason` where a 4xx explains itself.
    3xx and 5xx are an unknown outcome, whatever they say.
    """
    if 400 <= answer.status < 500:
        reason = reason or REASON_OF_STATUS.get(answer.status, "rejected")
    else:
        reason = "gateway_error"
    error = failure(
        reason,
        code=code or str(answer.status),
        detail=detail or answer.text[:200],
        exchange=answer.exchange,
    )
    if isinstance(error, Throttled):
        error.retry_after = retry_after(answer.headers.get("retry-after", ""))
    return error


def unreadable(answer: Answer) -> GatewayError:
    """A 2xx that nobody can make sense of: the text may be on its way."""
    return failure("unreadable_answer", detail=answer.text[:200], exchange=answer.exchange)


def retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date. None if neither."""
    value = value.strip()
    if re.fullmatch("[0-9]{1,9}", value):
        return min(float(value), MAX_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - time()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


class _Shown:
    """The Exchange in the making."""

    def __init__(
        self, request: requests.PreparedRequest, hidden: Sequence[str], began: float
    ) -> None:
        self._request = request
        self._hidden = hidden
        self._began = began

    def hide(self, text: str) -> str:
        for word in self._hidden:
            text = text.replace(word, HIDDEN)
        return text

    def __call__(self, status: int | None, text: str) -> Exchange:
        body = self._request.body or ""
        sent = body.decode() if isinstance(body, bytes) else str(body)
        return Exchange(
            method=self._request.method or "",
            url=self.hide(self._request.url or ""),
            request=self.hide(sent)[:MAX_SHOWN],
            status=status,
            response=text[:MAX_SHOWN],
            elapsed_ms=round((monotonic() - self._began) * 1000),
        )

    def failure(self, error: Exception, *, unwritten: bool) -> GatewayError:
        detail = self.hide(clean(str(error), 500))
        exchange = self(None, "")
        if unwritten:
            return Unreachable("unreachable", detail=detail, exchange=exchange)
        late = isinstance(error, requests.Timeout) or "timed out" in str(error)
        reason = "timeout" if late else "connection_lost"
        return failure(reason, detail=detail, exchange=exchange)


def _is_cut(response: requests.Response) -> bool:
    """Whether an empty answer may be the rest of one: nothing in its head says where it ends."""
    framed = {"content-length", "transfer-encoding"} & {name.lower() for name in response.headers}
    return not framed and response.status_code not in (204, 304)


def _spellings(secrets: Sequence[str]) -> list[str]:
    """The secrets as they are and as URLs and JSON spell them, the longest first."""
    words = {word for word in secrets if len(word) >= MIN_SECRET}
    words |= {spell(word) for word in words for spell in (quote, quote_plus)}
    words |= {word.replace("/", "\\/") for word in words}
    return sorted(words, key=len, reverse=True)


def _checked(name: str, value: str) -> str:
    """A header's value that can travel. The message never quotes it."""
    value = value.strip()
    if not re.fullmatch("[ -~]*", value):
        raise ValueError(f"The value of {name} has characters that no header can carry.")
    return value


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    local = is_loopback(parts.hostname or "")
    if not parts.hostname or parts.username is not None:
        raise ValueError("A gateway's address is https://host/path, without a user name.")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError("A gateway is reached over https; http only on this machine.")


def is_loopback(host: str) -> bool:
    """This machine, by name or by address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
