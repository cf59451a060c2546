"""The gateways that carry our texts, a line each. How to add one: docs/gateways.md."""

from collections.abc import Callable

from messaging.gateways.base import Gateway
from messaging.gateways.d7 import D7
from messaging.gateways.seven import Seven
from messaging.gateways.simulator import Simulator
from messaging.gateways.smrtphone import SmrtPhone

ADAPTERS: dict[str, Callable[..., Gateway]] = {
    "smrtphone": SmrtPhone,
    "seven": Seven,
    "d7": D7,
    "simulator": Simulator,
}
