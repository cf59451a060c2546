"""The gateways as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from messaging import wire
from messaging.gateways import ADAPTERS
from messaging.gateways.errors import GatewayError, NotSupported
from messaging.gateways.reasons import SENTENCES
from messaging.models import Attempt, GatewayState, Number

PATIENCE = 5.0  # seconds somebody waits for a balance
LOOK_BACK = 5_000  # attempts; an error before those says nothing about today
FAILED = (Attempt.Outcome.NOT_SENT, Attempt.Outcome.REFUSED, Attempt.Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class GatewayCard:
    """A gateway as the page shows it. webhook_url holds a secret: only for who runs this."""

    name: str
    title: str
    credential: str  # the name of its variable, never what is in it
    missing: str  # why it cannot be used, or ""
    state: GatewayState | None
    reason: str
    webhook_url: str
    number: Number | None  # a number of ours it carries, to try it with
    last_error: Attempt | None
    last_error_reason: str

    @property
    def resting(self) -> bool:
        until = self.state and self.state.resting_until
        return bool(until and until > timezone.now())


def cards() -> list[GatewayCard]:
    """The working ones first. The simulator is there in demo mode only."""
    states = {state.gateway: state for state in GatewayState.objects.all()}
    ready = wire.available()
    names = [name for name in ADAPTERS if name != "simulator" or name in ready]
    names.sort(key=lambda name: name not in ready)
    numbers = {number.gateway: number for number in reversed(list(Number.objects.active()))}
    errors = {name: last_error(name) for name in ready}
    return [_card(name, name in ready, states, numbers, errors.get(name)) for name in names]


def _card(
    name: str,
    is_ready: bool,
    states: dict[str, GatewayState],
    numbers: dict[str, Number],
    error: Attempt | None,
) -> GatewayCard:
    state = states.get(name)
    return GatewayCard(
        name=name,
        title=wire.TITLES[name],
        credential=wire.CREDENTIALS.get(name, ""),
        missing="" if is_ready else wire.missing(name),
        state=state,
        reason=SENTENCES.get(state.reason, "") if state else "",
        webhook_url=wire.webhook_url(name) if is_ready else "",
        number=numbers.get(name) if is_ready else None,
        last_error=error,
        last_error_reason=SENTENCES.get(error.reason, "") if error else "",
    )


def last_error(name: str) -> Attempt | None:
    """The newest attempt with this gateway that did not work, among the latest of all."""
    newest = Attempt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Attempt.objects.filter(pk__gt=newest - LOOK_BACK, outcome__in=FAILED)
    return rows.filter(message__gateway=name).select_related("message").order_by("-pk").first()


def balance(name: str) -> tuple[bool, str]:
    """Whether the gateway told its balance, or why not, in a sentence."""
    try:
        return True, wire.build_hurried(name, PATIENCE).balance()
    except NotSupported as error:
        return False, str(error)
    except wire.NoSuchGateway as error:
        return False, str(error)
    except GatewayError as error:
        return False, f"It did not tell its balance. {error}"
