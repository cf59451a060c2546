"""
What a broadcast will cost, as far as its gateways tell prices: from what the texts sent lately to
the same countries did. A worker notes it once the broadcast is written out; its page only reads.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Min, Sum
from django.db.models.functions import Substr

from messaging import currencies, wire
from messaging.countries import country_of
from messaging.gateways.base import TellsPrices
from messaging.models import Broadcast, Direction, Message

LOOK_BACK = 5_000  # outbound texts; what was paid before those says little about today
PREFIX = 7  # characters of a phone; those that share them are, but for a few, of one country
CENT, EXACT = Decimal("0.01"), Decimal("0.0001")  # a message keeps its price as exactly


@dataclass(frozen=True, slots=True)
class Line:
    """The texts to a country through a gateway. price: of a segment; "" if none is known."""

    gateway: str
    country: str
    segments: int
    price: str
    currency: str  # "" where the gateway does not name it

    @property
    def tells_prices(self) -> bool:
        """Whether this gateway ever says what a text cost."""
        try:
            return isinstance(wire.build(self.gateway), TellsPrices)
        except wire.NoSuchGateway:
            return False

    @property
    def title(self) -> str:
        return wire.TITLES.get(self.gateway, self.gateway)

    @property
    def cost(self) -> Decimal | None:
        return self.segments * Decimal(self.price) if self.price else None

    @property
    def cost_words(self) -> str:
        return "" if self.cost is None else _money(self.cost, self.currency)


@dataclass(frozen=True, slots=True)
class Estimate:
    lines: list[Line]

    @property
    def totals(self) -> dict[str, Decimal]:
        """What is known, by currency; none if no price is known."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            if line.cost is not None:
                sums[line.currency] += line.cost
        return dict(sorted(sums.items()))

    @property
    def total_words(self) -> str:
        """12.30 EUR; more than one where gateways differ in it; "" if no price is known."""
        return " + ".join(_money(cost, currency) for currency, cost in self.totals.items())

    @property
    def is_free(self) -> bool:
        """Whether none of its texts costs anything, as at the simulator."""
        return not self.unknown and not any(self.totals.values())

    @property
    def unknown(self) -> int:
        """Segments without a price."""
        return sum(line.segments for line in self.lines if not line.price)


def estimate(broadcast: Broadcast) -> Estimate | None:
    """As a worker noted it; None before that."""
    if broadcast.estimate is None:
        return None
    return Estimate([Line(**line) for line in broadcast.estimate])


def keep_estimate(pk: int) -> bool:
    """Note it where that is still to be done. False, as there is nothing more."""
    rows = Broadcast.objects.filter(pk=pk, state=Broadcast.State.READY, estimate__isnull=True)
    if broadcast := rows.first():
        rows.update(estimate=[asdict(line) for line in _lines(broadcast)])
    return False


def _lines(broadcast: Broadcast) -> list[Line]:
    sizes = _sizes(broadcast)
    prices = _prices() if sizes else {}
    named = {gateway: currencies.ask(gateway) for gateway in {one for one, _ in sizes}}
    return [
        Line(gateway, country, size, prices.get((gateway, country), ""), named[gateway])
        for (gateway, country), size in sorted(sizes.items())
    ]


def _sizes(broadcast: Broadcast) -> dict[tuple[str, str], int]:
    """Segments of each gateway and country."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    rows = broadcast.recipients.to_queue().order_by()
    groups = rows.values("number__gateway", area=Substr("phone", 1, PREFIX))
    for row in groups.annotate(size=Sum("segments"), one=Min("phone")):
        found[row["number__gateway"], country_of(row["one"])] += row["size"]
    return dict(found)


def _prices() -> dict[tuple[str, str], str]:
    """What a segment cost lately, on average."""
    paid: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [Decimal(), 0])
    rows = Message.objects.filter(direction=Direction.OUTBOUND).order_by("-pk")
    for gateway, phone, price, segments in rows.values_list(
        "gateway", "phone", "price", "segments"
    )[:LOOK_BACK]:
        if price is not None and segments:
            sums = paid[gateway, country_of(phone)]
            sums[0], sums[1] = sums[0] + price, sums[1] + segments
    return {key: str((cost / size).quantize(EXACT)) for key, (cost, size) in paid.items()}


def _money(cost: Decimal, currency: str) -> str:
    return f"{cost.quantize(CENT)} {currency}".rstrip()
