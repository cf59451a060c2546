"""
What smrtPhone answers: its documents leave the body open (read 2026-11-22). So the status decides
first, then the word “Error” at its head, and only then an id is looked for, in the five places
where others have found one.
"""

import re
from typing import Any

from messaging.gateways.base import Receipt
from messaging.gateways.errors import failure
from messaging.gateways.http import Answer, unreadable
from messaging.gateways.reading import clean, parse_json

ID_KEYS = ("smsId", "id", "messageId", "sid")
AN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
BARE_ID = re.compile(r"(?=.*[0-9])[A-Za-z0-9_-]{8,64}")  # a body of nothing else; not "OK"


def receipt(answer: Answer) -> Receipt:
    """The receipt a 2xx is. Raises OutcomeUnknown where it says otherwise, or nothing readable."""
    text = answer.text.strip()
    if text.lower().startswith("error"):
        raise failure("gateway_error", detail=text[:200], exchange=answer.exchange)
    try:
        parsed: Any = parse_json(text)
    except ValueError:
        parsed = text
    if isinstance(parsed, dict):
        external_id = _named_id(parsed, answer)
    elif isinstance(parsed, bool) or not isinstance(parsed, str | int) or _is_a_page(text):
        raise unreadable(answer)
    else:
        external_id = clean(parsed) if BARE_ID.fullmatch(clean(parsed)) else ""
    note = "" if external_id else "The gateway gave no id."
    return Receipt(external_id, note=note, exchange=answer.exchange)


def _named_id(found: dict[str, Any], answer: Answer) -> str:
    failed = clean(found.get("status")).lower() in ("error", "failed")
    if failed or found.get("error") or found.get("success") is False:
        raise failure("gateway_error", detail=answer.text[:200], exchange=answer.exchange)
    ids = (clean(found.get(key)) for key in ID_KEYS)
    return next((given for given in ids if AN_ID.fullmatch(given)), "")


def _is_a_page(text: str) -> bool:
    """A web page, half an object or something long, where a line was due."""
    return text.startswith(("<", "{", "[")) or len(text) > 1000
