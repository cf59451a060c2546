"""Mails as our mail server hands them over."""

from __future__ import annotations

from email.message import EmailMessage

PASSED = "mx.example.com; dmarc=pass header.from=example.com"


def mail(
    words: str = "See you at six",
    to: str = "12125550123@sms.example.com",
    sender: str = "Alice <alice@example.com>",
    results: str = PASSED,
    name: str = "<one@example.com>",
    **headers: str,
) -> bytes:
    """headers: their names with _ instead of -."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "To Carol"
    if name:
        made["Message-ID"] = name
    if results:
        made["Authentication-Results"] = results
    for header, value in headers.items():
        made[header.replace("_", "-")] = value
    made.set_content(words)
    return made.as_bytes()
