"""
Mails out of a mailbox, by IMAP: what nobody has read is ours, and is marked as read once it is
stored. One that cannot be dealt with is marked with a flag too, and never stops the others.
"""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError

from messaging.mail import door
from messaging.mail.configured import Mailbox
from messaging.mail.reading import MOST_BYTES

SECONDS = 30.0  # for a connection and for each answer
AT_ONCE = 100  # mails of one visit
TROUBLE = (imaplib.IMAP4.error, OSError)

log = logging.getLogger(__name__)


def visit(box: Mailbox) -> int:
    """
    Take what is new; how many mails. Raises OSError or imaplib.IMAP4.error where the server
    cannot be reached or does not let us in, and DatabaseError: then the mail stays unread.
    """
    with _opened(box) as server:
        done = 0
        for uid in _unread(server)[:AT_ONCE]:
            _deal_with(server, uid)
            done += 1
    return done


@contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    server = (
        imaplib.IMAP4_SSL(
            box.host, box.port, ssl_context=ssl.create_default_context(), timeout=SECONDS
        )
        if box.secure
        else imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
    )
    try:
        server.login(box.user, box.password)
        _checked(server.select(_quoted(box.folder)))
        yield server
    finally:
        with suppress(*TROUBLE):
            server.logout()


def _unread(server: imaplib.IMAP4) -> list[str]:
    found = _checked(server.uid("SEARCH", "UNSEEN"))
    return [uid.decode() for line in found if isinstance(line, bytes) for uid in line.split()]


def _deal_with(server: imaplib.IMAP4, uid: str) -> None:
    try:
        door.take(_fetch(server, uid))
    except (DatabaseError, *TROUBLE):
        raise
    except Exception:
        log.exception("The mail with the UID %s was left in the mailbox, with a flag", uid)
        _checked(server.uid("STORE", uid, "+FLAGS", r"(\Seen \Flagged)"))
        return
    _checked(server.uid("STORE", uid, "+FLAGS", r"(\Seen)"))


def _fetch(server: imaplib.IMAP4, uid: str) -> bytes:
    """Of a huge one as much as we would read."""
    found = _checked(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")


def _checked(answer: tuple[str, Any]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"The mailbox said {kind}.")
    return list(data)


def _quoted(folder: str) -> str:
    """As IMAP writes a name: letters of ours are none of its own commands."""
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
