"""Which of the texts that are claimed together leave in one request."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from messaging.gateways.base import CarriesMany, Outgoing
    from messaging.outbox.claim import Claim

ALONE = "refused_together"  # the reason of a text that may have spoiled a batch


def pack(carrier: CarriesMany, texts: Iterable[tuple[int, Outgoing]]) -> dict[int, uuid.UUID]:
    """
    The batch of each text, by the texts' pk; those that are left alone have none. No phone is
    twice in a batch, so that batch and phone name a text.
    """
    batches: dict[Hashable, list[dict[str, int]]] = {}
    for pk, outgoing in texts:
        alike = batches.setdefault(carrier.alike(outgoing), [])
        for batch in alike:
            if len(batch) < carrier.most and outgoing.to not in batch:
                batch[outgoing.to] = pk
                break
        else:
            alike.append({outgoing.to: pk})
    found: dict[int, uuid.UUID] = {}
    for batch in (one for alike in batches.values() for one in alike if len(one) > 1):
        found |= dict.fromkeys(batch.values(), uuid.uuid4())
    return found


def requests(claims: Iterable[Claim]) -> list[list[Claim]]:
    """The claims by the request they leave in, in their order."""
    together: dict[Hashable, list[Claim]] = {}
    for claim in claims:
        together.setdefault(claim.batch or claim.message_id, []).append(claim)
    return list(together.values())
