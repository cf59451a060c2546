"""
What log lines must not hold: phone numbers, the secret part of an address, and a long traceback
for each request that came while the database was away.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from contacts.outage import is_outage

_TOKEN = re.compile(r"(/webhooks/[^/\s]+/|/invitation/|/password/new/[^/\s]+/)[^/?\s]+")
_PHONE = re.compile(r"(?<![\w.:-])(\+\d{2,4})\d{3,9}(\d{2})(?!\d)")


def without_token(address: str) -> str:
    """A webhook's address, or a text with some in it, without the secret part."""
    return _TOKEN.sub(r"\1…", address)


def masked(line: str) -> str:
    """`line` without tokens, and of each phone number its first and last digits only."""
    return _PHONE.sub(r"\1…\2", without_token(line))


class Masking(logging.Formatter):
    """A formatter, so that nothing gets past it: words, arguments and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        if is_outage(ei[1]):
            return f"The database does not answer: {' '.join(str(ei[1]).split())}"
        return super().formatException(ei)
