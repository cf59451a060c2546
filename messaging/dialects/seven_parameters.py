"""What a request in seven's dialect gives: in the address, as a form or as JSON, all the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from contacts.comments import storable
from messaging import outbox
from messaging.dialects import door
from messaging.models import Number, Scope, Token

MOST_RECIPIENTS = 100
LONGEST = 1520
LATEST = timedelta(days=365)
MILLISECONDS_FROM = 10**11  # the JavaScript client sends these for a Date
NOT_CARRIED = ("udh", "files")  # binary texts and attachments: refused, not sent as words


class Code(IntEnum):
    """Return codes, as seven.io's own clients name them (docs/gateways.md)."""

    ACCEPTED = 100
    SOME_FAILED = 101
    BAD_SENDER = 201
    BAD_RECIPIENT = 202
    NO_AUTH = 300
    NO_RECIPIENT = 301
    NO_TEXT = 305
    BAD_TYPE = 400
    TOO_LONG = 401
    DUPLICATE = 402
    CARRIER = 600
    UNKNOWN_KEY = 900
    FORBIDDEN = 902


class Failed(Exception):
    """The whole call fails with this code, and nothing is stored."""

    def __init__(self, code: Code, *, as_json: bool) -> None:
        super().__init__(code.name)
        self.code, self.as_json = code, as_json


class Asked:
    """The parameters, each as words; what is wrong with one raises Failed."""

    def __init__(self, request: HttpRequest, given: dict[str, str]) -> None:
        self._given, self._headers = given, request.headers
        wants = "application/json" in request.headers.get("Accept", "")
        self.as_json = wants or self.is_on("json")

    def is_on(self, name: str) -> bool:
        return self._given.get(name, "").lower() in {"1", "true", "yes", "on"}

    def fail(self, code: Code) -> Failed:
        return Failed(code, as_json=self.as_json)

    def token(self, scope: Scope) -> Token:
        """From `X-Api-Key`, `Authorization: basic` or `Bearer`, or `p`."""
        kind, _, rest = self._headers.get("Authorization", "").partition(" ")
        by_header = rest if kind.lower() in {"basic", "bearer"} else ""
        secret = self._headers.get("X-Api-Key") or by_header or self._given.get("p", "")
        if not secret:
            raise self.fail(Code.NO_AUTH)
        if found := door.caller(secret, scope):
            return found
        raise self.fail(Code.FORBIDDEN if door.caller(secret, None) else Code.UNKNOWN_KEY)

    def word(self, name: str) -> str:
        """As both databases take it."""
        return storable(self._given.get(name, "")).strip()

    def given(self, name: str) -> str:
        """The same; also empty where the JavaScript client says that it has none."""
        word = self.word(name)
        return "" if word in {"undefined", "null"} else word

    def day(self, name: str) -> date | None:
        """Raises Failed."""
        try:
            return date.fromisoformat(typed[:10]) if (typed := self.given(name)) else None
        except ValueError as error:
            raise self.fail(Code.BAD_TYPE) from error

    def ids(self, name: str) -> list[str]:
        pieces = self._given.get(name, "").split(",")
        return [piece.strip() for piece in pieces if piece.strip()][:MOST_RECIPIENTS]

    def number(self, name: str, *, default: int = 100, most: int = 1_000_000) -> int:
        typed = self._given.get(name, "")
        return min(int(typed[:9]), most) if typed.isascii() and typed.isdigit() else default

    def recipients(self) -> list[str]:
        found = [to.strip() for to in self._given.get("to", "").split(",") if to.strip()]
        if not found:
            raise self.fail(Code.NO_RECIPIENT)
        if len(found) > MOST_RECIPIENTS:
            raise self.fail(Code.BAD_RECIPIENT)
        return found

    def words(self) -> str:
        typed = self._given.get("text", "")
        if not typed.strip():
            raise self.fail(Code.NO_TEXT)
        if any(self._given.get(name) for name in NOT_CARRIED):
            raise self.fail(Code.BAD_TYPE)
        try:
            words = outbox.checked_text(typed)
        except outbox.CannotSend as error:
            raise self.fail(Code.TOO_LONG) from error
        if len(words) > LONGEST:
            raise self.fail(Code.TOO_LONG)
        return words

    def sender(self) -> Number | None:
        typed = self._given.get("from", "")
        found = door.sender(typed) if typed else None
        if typed and found is None:
            raise self.fail(Code.BAD_SENDER)
        return found

    def send_after(self) -> datetime | None:
        """Unix seconds, or `2026-12-24 09:00` on our clock; what is past is now."""
        typed = self.given("delay")
        if not typed:
            return None
        try:
            at = _moment(typed)
        except (ValueError, OverflowError, OSError) as error:
            raise self.fail(Code.BAD_TYPE) from error
        if at > timezone.now() + LATEST:
            raise self.fail(Code.BAD_TYPE)
        return max(at, timezone.now())


def _moment(typed: str) -> datetime:
    if typed.isascii() and typed.isdigit():
        seconds = int(typed[:16])
        return datetime.fromtimestamp(seconds / (1000 if seconds > MILLISECONDS_FROM else 1), UTC)
    at = datetime.fromisoformat(typed)
    return (at if at.tzinfo else timezone.make_aware(at)).astimezone(UTC)


def read(request: HttpRequest) -> Asked:
    """Raises door.Unreadable."""
    given = {name: str(value) for name, value in request.GET.items()}
    if "json" in (request.content_type or "") and door.has_body(request):
        document = door.document(request)
        if not isinstance(document, dict):
            raise door.Unreadable(400, "The JSON is no object.")
        given |= {name: _plain(value) for name, value in document.items()}
    elif request.method == "POST":
        given |= door.form(request)
    else:
        given |= _form_of(request)
    return Asked(request, given)


def _form_of(request: HttpRequest) -> dict[str, str]:
    """What PHP's client sends with DELETE: `ids[]=1&ids[]=2`. Raises door.Unreadable."""
    door.check_size(request)
    form = QueryDict(request.body.decode("utf-8", "replace"))
    return {name.removesuffix("[]"): ",".join(map(str, form.getlist(name))) for name in form}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return ",".join(map(_plain, value))
    return "" if value is None else str(value)
