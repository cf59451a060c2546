"""What the environment may and may not say: each check ends in one sentence for the operator."""

import ipaddress
import re
from datetime import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

from smscrm.variables import Variables


def is_loopback(host: str) -> bool:
    """True for localhost and for addresses of 127.0.0.0/8 and ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_public_url(url: str, *, default: str) -> tuple[str, str]:
    """
    The address people and gateways reach us at, without a trailing slash, and its host.

    Raises ImproperlyConfigured unless it is https, or http on a loopback host; and when there is
    none, for its host is the one we answer to.
    """
    url = url or default
    if not url:
        raise ImproperlyConfigured(
            "PUBLIC_URL is not set: outside demo mode it has to say at which address people and "
            "gateways reach this installation, such as https://crm.example.com."
        )
    parts = split(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https" and host
    if not secure and not (parts.scheme == "http" and is_loopback(host)):
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {url!r}: it must start with https://, or be http:// on 127.0.0.1."
        )
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {url!r}: it must end with the host or the port, because smscrm has "
            "no place below another address."
        )
    return url.rstrip("/"), host


def split(url: str) -> SplitResult:
    """Its parts, none of them where it is no address at all."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (it is what raises)
    except ValueError:
        return urlsplit("")
    return parts


#: What stands in keys that were copied from somewhere instead of made.
EXAMPLES = ("django-insecure", "changeme", "change-me", "change_me", "your-secret", "secret-key")


def checked_secret_key(key: str, *, demo: bool) -> str:
    """The key itself. Raises ImproperlyConfigured when it is missing, short or a known example."""
    make = "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`"
    if len(key) < (32 if demo else 50) or len(set(key)) < 8:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or too short: set it to 50 random characters, for example from "
            f"{make}."
        )
    if not demo and any(words in key.lower() for words in EXAMPLES):
        raise ImproperlyConfigured(
            f"SECRET_KEY is an example that everybody knows: make your own with {make}."
        )
    return key


def checked_webhook_token(tokens: str, *, demo: bool) -> str:
    """One or two, separated by a comma, or none. Raises ImproperlyConfigured."""
    if not demo and any(len(token.strip()) < 32 for token in tokens.split(",")) and tokens:
        raise ImproperlyConfigured(
            "WEBHOOK_TOKEN is too short: set it to 32 random characters or more, for example from "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`."
        )
    if not re.fullmatch(r"[\w.~, -]*", tokens, re.ASCII):
        raise ImproperlyConfigured(
            "WEBHOOK_TOKEN stands in addresses: use letters, digits, - and _ only."
        )
    return tokens


def checked_hosts(hosts: list[str], *, demo: bool) -> list[str]:
    """Further host names we answer to. Raises ImproperlyConfigured when anybody's would do."""
    if "*" in hosts and not demo:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is *, which lets anybody choose what our links say: name your hosts."
        )
    for host in hosts:
        if not re.fullmatch(r"\*|[\w.-]+|\[[0-9a-fA-F:.]+\]", host):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS names {host!r}: give names such as crm.example.com, with no scheme "
                "and no port."
            )
    return hosts


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


def gateways(env: Variables) -> dict[str, dict[str, Any]]:
    """By their names in messaging.wire: credentials, addresses, how many texts a request has."""
    return {
        "smrtphone": {
            "token": env.secret("SMRTPHONE_API_TOKEN"),
            "base_url": env.api("SMRTPHONE_BASE_URL", default="https://phone.smrt.studio"),
        },
        "seven": {
            "api_key": env.secret("SEVEN_API_KEY"),
            "signing_secret": env.secret("SEVEN_SIGNING_SECRET"),
            "base_url": env.api("SEVEN_BASE_URL", default="https://gateway.seven.io/api"),
            "batch": env.whole("SEVEN_BATCH", default=100, least=1, most=100),
        },
        "d7": {
            "token": env.secret("D7_API_TOKEN"),
            "base_url": env.api("D7_BASE_URL", default="https://api.d7networks.com"),
            "batch": env.whole("D7_BATCH", default=100, least=1, most=100),
            "viber_label": env.one_of("D7_VIBER_LABEL", "PROMOTION", "TRANSACTION"),
        },
    }
