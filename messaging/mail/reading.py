"""An e-mail as it came over the wire, and what of it we need."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from itertools import islice

from contacts.comments import storable
from messaging.mail import words

MOST_BYTES = 5 * 1024 * 1024
MOST_WORDS = 20_000  # characters that are looked at; a text has a tenth
MOST_PARTS = 200

_HOLDS_PARTS = re.compile(rb"content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_TO = ("Delivered-To", "X-Original-To", "To", "Cc")
_BULK = {"bulk", "junk", "list", "auto_reply"}
_MACHINES = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response")


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    sender: the one address of its From, or "". to: all addresses it names. results: its
    Authentication-Results. words: what was typed, or "". identity: what is the same when the same
    mail comes again.
    """

    sender: str
    to: list[str]
    header_id: str
    identity: str
    results: list[str]
    is_automatic: bool
    words: str


def read(raw: bytes) -> Incoming:
    """Whatever stands in it: nothing a mail holds is an error."""
    mail = _parse(raw[:MOST_BYTES])
    senders = _addresses(mail, "From")
    header_id = _header(mail, "Message-ID")[:255]
    return Incoming(
        sender=senders[0][:254] if len(senders) == 1 else "",
        to=list(dict.fromkeys(one for name in _TO for one in _addresses(mail, name))),
        header_id=header_id,
        identity=header_id or hashlib.sha256(raw).hexdigest(),
        results=_all(mail, "Authentication-Results"),
        is_automatic=_is_automatic(mail),
        words=words.typed(_body(mail)),
    )


def _parse(raw: bytes) -> Message:
    """Only its headers, where parts may stand in parts deeper than Python's stack."""
    if sum(1 for _ in _HOLDS_PARTS.finditer(raw)) > MOST_PARTS:
        return BytesHeaderParser().parsebytes(raw)
    return message_from_bytes(raw)


def _is_automatic(mail: Message) -> bool:
    """A machine wrote it: an absence note, a list, a report (RFC 3834 and what came before)."""
    submitted = _header(mail, "Auto-Submitted").lower() or "no"
    return (
        not submitted.startswith("no")
        or _header(mail, "Precedence").lower() in _BULK
        or any(_header(mail, name) for name in _MACHINES)
        or _header(mail, "Return-Path") == "<>"
        or mail.get_content_type() == "multipart/report"
    )


def _body(mail: Message) -> str:
    """The first plain text that is no attachment; else the first HTML, in words."""
    html = ""
    for part in islice(mail.walk(), MOST_PARTS):
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or part.is_multipart():
            continue
        if kind == "text/plain":
            return _text(part)
        if kind == "text/html" and not html:
            html = words.plain(_text(part))
    return html


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(payload).encode("utf-8", "replace")
    for charset in (part.get_content_charset() or "utf-8", "latin-1"):
        try:
            return storable(data.decode(charset, "replace"))[:MOST_WORDS]
        except (LookupError, ValueError):
            continue
    return ""


def _addresses(mail: Message, name: str) -> list[str]:
    pairs = getaddresses(_all(mail, name))
    return [address.lower() for _, address in pairs if address.count("@") == 1]


def _header(mail: Message, name: str) -> str:
    return next(iter(_all(mail, name)), "")


def _all(mail: Message, name: str) -> list[str]:
    found: Iterable[object] = mail.get_all(name, [])
    return [" ".join(storable(str(value)).split()) for value in found][:50]
