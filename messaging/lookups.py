"""Whether numbers exist: gateways that can be asked, what they say, and what is noted of it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import transaction

from messaging import deadphones, fence, wire
from messaging.gateways.base import Finding, LooksUpNumbers
from messaging.gateways.errors import GatewayError

AT_ONCE = 8  # numbers asked about
PATIENCE = 10.0  # seconds for each

Told = dict[str, Finding | GatewayError]


class CannotAsk(Exception):
    """Why nobody can be asked: one plain sentence."""


def gateways() -> list[Any]:
    """(name, title) of those that can be asked now."""
    names = [name for name in wire.available() if isinstance(wire.build(name), LooksUpNumbers)]
    return [(name, wire.TITLES[name]) for name in names]


def look_up(phone: str, gateway: str = "") -> tuple[str, Finding]:
    """
    Ask about one phone (E.164), which is paid for, and note what was said; gateway: "" for the
    first that can be asked. Gives its name too. Not in a transaction: it waits for the answer.

    Raises CannotAsk, and GatewayError where it does not say.
    """
    names = [name for name, _ in gateways()]
    if not names:
        raise CannotAsk("No gateway that is set up can be asked about numbers.")
    if gateway and gateway not in names:
        raise CannotAsk("That gateway cannot be asked about numbers.")
    name = gateway or names[0]
    adapter = _adapter(name)
    if adapter is None:
        raise CannotAsk("Sending is locked, and so is asking about numbers.")
    found = adapter.look_up_number(phone)
    with transaction.atomic():
        deadphones.note(name, {phone: found})
    return name, found


def ask(gateway: str, phones: Iterable[str]) -> Told | None:
    """Several at once; nothing is noted. None: it cannot be asked, such as by a copy of ours."""
    adapter = _adapter(gateway)
    if adapter is None:
        return None

    def asked(phone: str) -> Finding | GatewayError:
        try:
            return adapter.look_up_number(phone)
        except GatewayError as error:
            return error

    phones = list(phones)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(phones, pool.map(asked, phones), strict=True))


def _adapter(gateway: str) -> LooksUpNumbers | None:
    try:
        adapter = wire.build_hurried(gateway, PATIENCE)
    except wire.NoSuchGateway:
        return None
    return adapter if isinstance(adapter, LooksUpNumbers) and not fence.is_locked() else None
