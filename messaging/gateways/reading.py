"""What strangers send us, made safe to keep: databases refuse NUL and lone surrogates."""

import email
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from messaging.gateways.base import Request
from messaging.gateways.errors import WebhookRejected

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_DIGITS = re.compile(r"(?:\+|00)?([1-9][0-9]{6,14})")  # fewer: a short code, dialled as it is
_MAX_FIELDS = 100


def clean(value: object, limit: int | None = None) -> str:
    """A string or number as storable text, at most `limit` characters; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return _UNSAFE.sub("\ufffd", str(value))[:limit]


def number(value: object) -> str:
    """A phone as `+digits` where it is one; a short code or a name as it came."""
    given = clean(value, 64).strip()
    match = _DIGITS.fullmatch(re.sub(r"[ ().-]", "", given))
    return f"+{match[1]}" if match else given


def amount(value: object) -> Decimal | None:
    """A price that fits into a column: finite, from 0 to under a million. Else None."""
    try:
        price = Decimal(clean(value, 32))
    except ArithmeticError:
        return None
    return price if price.is_finite() and 0 <= price < 1_000_000 else None


def count(value: object) -> int | None:
    """A number of segments, 1 to 255, sent as a number or as digits. Else None."""
    given = clean(value, 8)
    return int(given) if given.isascii() and given.isdigit() and 0 < int(given) < 256 else None


def parse_json(text: str | bytes) -> Any:
    """JSON with exact decimals. Raises ValueError, only that."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def fields(request: Request) -> dict[str, Any]:
    """A webhook's fields: of its query, a form in either encoding, or a JSON object."""
    kind = request.headers.get("content-type", "").lower()
    try:
        if request.method == "GET":
            return dict(request.query)
        if "json" in kind or request.body.lstrip().startswith(b"{"):
            return _json_object(request.body)
        if "multipart/" in kind:
            return _multipart(request.headers, request.body)
        return _urlencoded(request.body)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise WebhookRejected("The body cannot be read.") from None


def mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _json_object(body: bytes) -> dict[str, Any]:
    parsed = parse_json(body)
    if not isinstance(parsed, dict):
        raise ValueError("not an object")
    return parsed


def _urlencoded(body: bytes) -> dict[str, Any]:
    text = body.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))


def _multipart(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The standard library's mail parser reads forms too: they share RFC 2046."""
    head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode("latin-1", "replace")
    message = email.message_from_bytes(head + body)
    if not message.is_multipart():
        raise ValueError("no parts")
    found = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            found[name] = payload.decode("utf-8", "replace")
    return found
