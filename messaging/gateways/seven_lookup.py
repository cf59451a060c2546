"""
What seven finds out about a number (https://docs.seven.io/en/rest-api, Lookup, HLR; the words are
those of its own JavaScript client, read 2026-11-27).
"""

from messaging.gateways.base import Finding
from messaging.gateways.http import Answer, unreadable
from messaging.gateways.reading import clean, number
from messaging.gateways.seven_answers import code_of, failed, read

# Absent is switched off or out of reach; blacklisted and undeliverable say nothing for certain.
DEAD = {("valid_number", "not_valid"), ("reachable", "bad_number")}


def finding(answer: Answer, phone: str) -> Finding:
    """Raises GatewayError."""
    parsed = read(answer)
    if not isinstance(parsed, dict):
        raise failed(answer, code_of(parsed))
    if number(parsed.get("international_format_number")) != phone:
        raise unreadable(answer)
    told = [(name, clean(parsed.get(name), 32)) for name in ("valid_number", "reachable")]
    words = ", ".join(word for _, word in told if word)
    if DEAD & set(told):
        return Finding("dead", words)
    return Finding("live" if told[1][1] == "reachable" else "unknown", words)
