"""What D7 finds out about a number (https://d7networks.com/docs, Number-Lookup, 2026-11-27)."""

from messaging.gateways.base import Finding
from messaging.gateways.d7_answers import read
from messaging.gateways.errors import Refused
from messaging.gateways.http import Answer, unreadable
from messaging.gateways.reading import clean, number

NO_SUCH_NUMBER = "INVALID_PHONE_NUMBER"


def finding(answer: Answer, phone: str) -> Finding:
    """Out of reach (`reachable`: no) may be switched off, so only its refusal means dead."""
    try:
        found = read(answer)
    except Refused as refused:
        if refused.code != NO_SUCH_NUMBER:
            raise
        return Finding("dead", NO_SUCH_NUMBER)
    if number(found.get("recipient")) != phone:
        raise unreadable(answer)
    words = [clean(found.get(name), 64) for name in ("reachable", "status")]
    return Finding("live" if words[0] == "yes" else "unknown", ", ".join(filter(None, words)))
