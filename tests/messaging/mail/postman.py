"""A real mail server on this machine, which keeps what it gets, or has its own mind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.chaos.stacks import free_port


class Postman(Controller):
    """answers: what it says instead of taking the next mails, one after the other."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.answers: list[str] = []
        super().__init__(self, hostname="127.0.0.1", port=free_port(), ready_timeout=10)

    async def handle_DATA(  # noqa: N802 (aiosmtpd names it)
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def postman(settings: Any) -> Iterator[Postman]:
    """One that Django's mails go to."""
    office = Postman()
    office.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    try:
        yield office
    finally:
        office.stop()
