"""What the MAIL_… settings say, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings

from messaging.gateways.http import is_loopback

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")

SUCH_AS = "MAIL_IMAP_URL is such as imaps://user:password@mail.example.com/INBOX."


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where to sign in. secure: over TLS from the first byte."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    folder: str


def problems() -> list[str]:
    """A sentence for each thing an operator has to mend."""
    if not settings.MAIL_DOMAIN:
        ways = settings.MAIL_LMTP or settings.MAIL_IMAP_URL
        return ["MAIL_DOMAIN is empty, so no mail would be texted."] if ways else []
    found = []
    if not _DOMAIN.fullmatch(settings.MAIL_DOMAIN):
        found.append("MAIL_DOMAIN is no domain: such as sms.example.com.")
    if not settings.MAIL_AUTHSERV_ID:
        found.append(
            "MAIL_AUTHSERV_ID is empty: nobody vouches for senders, and every mail is ignored."
        )
    if not settings.EMAIL_URL:
        found.append("EMAIL_URL is empty: answers could not be mailed.")
    for read in (lmtp, mailbox):
        try:
            read()
        except ValueError as error:
            found.append(str(error))
    return found


def lmtp() -> tuple[str, int] | None:
    """Host and port to listen at, or None. Raises ValueError with a sentence."""
    if not settings.MAIL_LMTP:
        return None
    host, _, port = settings.MAIL_LMTP.rpartition(":")
    host = host.strip("[]")
    if not is_loopback(host) or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(
            "MAIL_LMTP is a loopback address with a port, such as 127.0.0.1:8024: whoever reaches "
            "it could say that any sender is genuine."
        )
    return host, int(port)


def mailbox() -> Mailbox | None:
    """The mailbox to read, or None. Raises ValueError with a sentence."""
    if not settings.MAIL_IMAP_URL:
        return None
    try:
        url = urlsplit(settings.MAIL_IMAP_URL)
        port = url.port
    except ValueError as error:
        raise ValueError(SUCH_AS) from error
    secure = url.scheme == "imaps"
    if not (url.hostname and url.username and url.password) or url.scheme not in {"imap", "imaps"}:
        raise ValueError(SUCH_AS)
    if not secure and not is_loopback(url.hostname):
        raise ValueError("MAIL_IMAP_URL begins with imaps:// for any host but this one.")
    return Mailbox(
        host=url.hostname,
        port=port or (993 if secure else 143),
        secure=secure,
        user=unquote(url.username),
        password=unquote(url.password),
        folder=unquote(url.path.strip("/")) or "INBOX",
    )
