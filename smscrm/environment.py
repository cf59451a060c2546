"""What the environment may and may not say: each check ends in one sentence for the operator."""

import ipaddress
from datetime import time
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def is_loopback(host: str) -> bool:
    """True for localhost and for addresses of 127.0.0.0/8 and ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_public_url(url: str) -> tuple[str, str]:
    """
    The address people and gateways reach us at, without a trailing slash, and its host.

    Raises ImproperlyConfigured unless it is https, or http on a loopback host.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https" and host
    if not secure and not (parts.scheme == "http" and is_loopback(host)):
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {url!r}: it must start with https://, or be http:// on 127.0.0.1."
        )
    return url.rstrip("/"), host


def checked_secret_key(key: str) -> str:
    """The key itself. Raises ImproperlyConfigured when it is missing or guessable."""
    if len(key) < 32 or len(set(key)) < 8:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or too short: set it to 50 random characters, for example from "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`."
        )
    return key


def checked_hours(hours: str) -> str:
    """Two times like 08:00-21:00, or nothing. Raises ImproperlyConfigured."""
    try:
        start, end = hours.split("-") if hours.strip() else ("00:00", "00:00")
        time.fromisoformat(start.strip())
        time.fromisoformat(end.strip())
    except ValueError:
        raise ImproperlyConfigured(
            f"TEXTING_HOURS is {hours!r}: give two times like 08:00-21:00, or nothing for all day."
        ) from None
    return hours
