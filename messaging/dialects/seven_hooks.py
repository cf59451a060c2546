"""
seven's /api/hooks, on our own webhooks: who subscribes so is told in seven's words.

Of its events we have `sms_mo` and `dlr`; `all` is both.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from contacts import audit
from messaging.dialects import door
from messaging.dialects.seven_parameters import Asked
from messaging.hooks import address, keeping
from messaging.models import Hook, Token

FLAGS = {"sms_mo": ("on_received",), "dlr": ("on_status",), "all": ("on_received", "on_status")}
MANNERS = {
    "POST": Hook.Manner.SEVEN_FORM,
    "JSON": Hook.Manner.SEVEN_JSON,
    "GET": Hook.Manner.SEVEN_GET,
}
METHODS = {manner: method for method, manner in MANNERS.items()}
LONGEST_HEADERS = 2000
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}: [ -~]{1,500}")
_OURS = re.compile(
    r"(host|content-.*|transfer-encoding|connection|te|upgrade|expect|x-signature"
    r"|x-nonce|x-timestamp):",
    re.IGNORECASE,
)


def listed() -> dict[str, Any]:
    rows = Hook.objects.filter(manner__in=METHODS)
    return {"success": True, "code": None, "hooks": [_shown(row) for row in rows]}


def subscribe(token: Token, asked: Asked) -> dict[str, Any]:
    try:
        hook = _read(token, asked)
    except ValueError as problem:
        return {"success": False, "error_message": str(problem)}
    with audit.noting(audit.Action.SETTINGS, by=token.user) as say:
        hook.save()
        say(f"Added webhook {hook.pk} in seven's dialect")
    return {"success": True, "code": None, "id": hook.pk}


def unsubscribe(token: Token, asked: Asked) -> dict[str, Any]:
    ids = [int(one) for one in asked.ids("id")[:1] if one.isascii() and one[:18].isdigit()]
    with audit.noting(audit.Action.SETTINGS, by=token.user) as say:
        gone, _ = Hook.objects.filter(manner__in=METHODS, pk__in=ids).delete()
        say(f"Deleted {gone} webhook in seven's dialect")
    return {"success": bool(gone)}


def _read(token: Token, asked: Asked) -> Hook:
    """Raises ValueError with a sentence."""
    url, event = asked.word("target_url"), asked.word("event_type")
    address.check(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    if event not in FLAGS:
        raise ValueError(f"event_type: one of {', '.join(FLAGS)} is told here.")
    method = asked.word("request_method").upper() or "POST"
    if method not in MANNERS:
        raise ValueError(f"request_method: one of {', '.join(MANNERS)}.")
    if Hook.objects.count() >= keeping.MOST:
        raise ValueError(f"There are {keeping.MOST} webhooks already.")
    return Hook(
        url=url,
        note="seven.io",
        owner=token.user,
        manner=MANNERS[method],
        headers=_headers(asked.word("headers")),
        event_filter=_number(asked.word("event_filter")),
        **dict.fromkeys(FLAGS[event], True),
    )


def _headers(typed: str) -> str:
    """Raises ValueError."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    for line in lines:
        if not _HEADER.fullmatch(line) or _OURS.match(line):
            raise ValueError("headers: each line is `Name: value`, and what we set stays ours.")
    if sum(map(len, lines)) > LONGEST_HEADERS:
        raise ValueError(f"headers: at most {LONGEST_HEADERS} characters.")
    return "\n".join(lines)


def _number(typed: str) -> str:
    """Only what concerns this number of ours. Raises ValueError."""
    found = door.sender(typed) if typed else None
    if typed and found is None:
        raise ValueError("event_filter: This is none of our numbers.")
    return found.address if found else ""


def _shown(hook: Hook) -> dict[str, Any]:
    event = "all" if hook.on_received and hook.on_status else "dlr" if hook.on_status else "sms_mo"
    return {
        "id": str(hook.pk),
        "target_url": hook.url,
        "event_type": event,
        "event_filter": hook.event_filter or None,
        "request_method": METHODS[Hook.Manner(hook.manner)],
        "headers": hook.headers,
        "enabled": hook.active,
        "created": f"{hook.created_at:%Y-%m-%d %H:%M:%S}",
    }
