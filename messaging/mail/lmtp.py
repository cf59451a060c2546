"""
Mails from the mail server beside us, by LMTP (RFC 2033): it keeps what we do not take now and tries
again. One recipient at a time, so that each has an answer of its own.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from django.db import DatabaseError, connection

from messaging import fence
from messaging.mail import addresses, door
from messaging.mail.reading import MOST_BYTES

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

SECONDS = 60.0  # without a word from the other side

log = logging.getLogger(__name__)


class Listener(Controller):
    """Until stop() is called, on a thread of its own."""

    def factory(self) -> LMTP:
        return LMTP(
            self.handler,
            data_size_limit=MOST_BYTES,
            timeout=SECONDS,
            hostname="smscrm",
            ident="smscrm",
        )


def listen(host: str, port: int) -> Listener:
    """Raises OSError if the port is taken."""
    made = Listener(_Handler(), hostname=host, port=port, ready_timeout=10.0)
    made.start()
    return made


class _Handler:
    async def handle_RCPT(  # noqa: N802 (aiosmtpd names it)
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        if not addresses.is_ours(address):
            return "550 5.1.2 Not one of our addresses"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: LMTP, session: Session, envelope: Envelope
    ) -> str:
        raw: Any = envelope.content
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, take, raw, [*envelope.rcpt_tos])


def take(raw: bytes, recipients: list[str]) -> str:
    """What to answer: only what is stored is taken. On a thread that may never be used again."""
    try:
        if fence.is_locked():
            return "451 4.3.2 Sending is locked here, try again later"
        door.take(raw, recipients)
    except DatabaseError as error:
        log.warning("A mail has to come again: %s", type(error).__name__)
        return "451 4.3.0 Not now, try again later"
    finally:
        connection.close()
    return "250 2.0.0 OK"
