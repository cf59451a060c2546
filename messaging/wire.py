"""
The one place where credentials leave the settings: `build()` makes the adapter of a gateway.

A gateway exists once its credential is set; the simulator exists in demo mode.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings

from messaging.gateways import ADAPTERS
from messaging.gateways.base import CarriesChannels

if TYPE_CHECKING:
    from messaging.gateways.base import Gateway

CREDENTIALS = {
    "smrtphone": "SMRTPHONE_API_TOKEN",
    "seven": "SEVEN_API_KEY",
    "d7": "D7_API_TOKEN",
}
TITLES = {
    "smrtphone": "smrtPhone",
    "seven": "seven.io",
    "d7": "D7 Networks",
    "simulator": "Simulator",
}


class NoSuchGateway(LookupError):
    """There is no gateway of this name, or its credential is not set."""


def available() -> list[str]:
    """Names of the gateways that can send now, in the order of the registry."""
    return [name for name in ADAPTERS if _configured(name)]


def build(name: str) -> Gateway:
    """The adapter, one per process. Raises NoSuchGateway."""
    if not _configured(name):
        raise NoSuchGateway(missing(name))
    return _build(name)


def build_hurried(name: str, seconds: float) -> Gateway:
    """One that gives up sooner, for a page that waits for the answer. Raises NoSuchGateway."""
    if name == "simulator" or not _configured(name):
        return build(name)
    return ADAPTERS[name](**settings.GATEWAYS[name], deadline=seconds)


def carries(gateway: Gateway, channel: str) -> bool:
    """Whether it may be asked to reach a phone so: by "sms", as all can, or as its own say."""
    if channel == "sms":
        return True
    return isinstance(gateway, CarriesChannels) and channel in gateway.channels


def missing(name: str) -> str:
    """Why a gateway is not available, as a sentence."""
    if name in CREDENTIALS:
        return f"{TITLES[name]} is not set up: {CREDENTIALS[name]} is empty."
    if name == "simulator":
        return "The simulator exists in demo mode only: DEMO is not set."
    return f"There is no gateway called “{name}”."


def webhook_url(name: str) -> str:
    """Where this gateway's events reach us, with our token in it."""
    newest, _, _ = settings.WEBHOOK_TOKEN.partition(",")
    return f"{settings.PUBLIC_URL}/webhooks/{name}/{newest}/"


def report_url(name: str, **ours: str) -> str:
    """
    Where reports about one message (reference=, channel=) or one batch of them (batch=) reach us:
    what is in it is all D7 can give back.
    """
    return f"{webhook_url(name)}?{urlencode(ours)}"


def _configured(name: str) -> bool:
    if name == "simulator":
        return bool(settings.DEMO)
    options = settings.GATEWAYS.get(name, {})
    return bool(options.get("api_key") or options.get("token"))


@cache
def _build(name: str) -> Gateway:
    if name == "simulator":
        return ADAPTERS[name](webhook_url=webhook_url(name))
    return ADAPTERS[name](**settings.GATEWAYS[name])


def forget() -> None:
    """Build the adapters anew, after the settings changed (tests do that)."""
    _build.cache_clear()
