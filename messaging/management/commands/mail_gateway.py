"""Texting by e-mail: reads a mailbox, listens to the mail server beside us, or both."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from messaging import fence
from messaging.mail import configured, lmtp, mailbox

POLL_SECONDS = 20.0

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Text what comes in by e-mail (MAIL_DOMAIN, MAIL_IMAP_URL, MAIL_LMTP)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="read the mailbox once, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := configured.problems():
            raise CommandError(" ".join(problems))
        box, place = configured.mailbox(), configured.lmtp()
        if not settings.MAIL_DOMAIN or not (box or place):
            raise CommandError(
                "Nothing to do: set MAIL_DOMAIN, and MAIL_IMAP_URL or MAIL_LMTP (docs/mail.md)."
            )
        if options["once"]:
            self._visit_once(box)
        else:
            self._go_on(box, place)

    def _visit_once(self, box: configured.Mailbox | None) -> None:
        if box is None:
            raise CommandError("--once reads a mailbox, and MAIL_IMAP_URL is empty.")
        if fence.is_locked():
            raise CommandError("Sending is locked here, so the mailbox is left alone.")
        try:
            self.stdout.write(f"Taken: {mailbox.visit(box)}")
        except mailbox.TROUBLE as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error

    def _go_on(self, box: configured.Mailbox | None, place: tuple[str, int] | None) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        listener = self._listen(*place) if place else None
        try:
            while not stop.is_set():
                if box:
                    _visit(box)
                stop.wait(POLL_SECONDS)
        finally:
            if listener:
                listener.stop()

    def _listen(self, host: str, port: int) -> lmtp.Listener:
        try:
            made = lmtp.listen(host, port)
        except OSError as error:
            raise CommandError(f"Cannot listen at {host}:{port}: {error.strerror}.") from error
        self.stdout.write(f"Listening at {host}:{port}.")
        self.stdout.flush()
        return made


def _visit(box: configured.Mailbox) -> None:
    """Whatever is wrong with the server or the database, the next visit may do better."""
    close_old_connections()
    try:
        while not fence.is_locked() and mailbox.visit(box) == mailbox.AT_ONCE:
            pass
    except (DatabaseError, *mailbox.TROUBLE) as error:
        log.warning("The mailbox was not read: %s: %s", type(error).__name__, error)
    finally:
        close_old_connections()
