"""Due messages and our numbers, as those see them who decide what may leave now."""

from __future__ import annotations

from typing import Any, NamedTuple


class Sender(NamedTuple):
    """One of our numbers, as far as sending from it needs."""

    pk: int
    address: str
    daily_limit: int | None
    time_zone: str


class Candidate(NamedTuple):
    """A due message, as far as deciding about it and sending it needs; as its row holds it."""

    pk: int
    number_id: int
    contact_id: int | None
    phone: str
    is_confirmation: bool  # may ignore an opt-out
    origin: str
    author_id: int | None
    reply_to_id: int | None
    reference: Any
    text: str
    encoding: str
    attempt_no: int  # of the last one
    tries: int
    reason: str  # why it still waits
    expires_at: Any
    time_zone: str | None  # the contact's
    opted_out_at: Any
    channel: str
    send_after: Any

    @property
    def is_answer(self) -> bool:
        """To somebody who has just texted us: not held in quiet hours."""
        return bool(self.is_confirmation) or self.reply_to_id is not None

    @property
    def is_blocked(self) -> bool:
        return self.opted_out_at is not None and not self.is_confirmation
