"""Due messages, as those see them who decide whether they may leave now."""

from __future__ import annotations

from typing import NamedTuple

#: What a Candidate is read from, field by field.
COLUMNS = (
    *("pk", "number_id", "phone", "is_confirmation"),
    *("origin", "author_id", "reply_to_id", "contact__time_zone"),
)


class Candidate(NamedTuple):
    """A due message, as far as deciding about it needs."""

    pk: int
    number_id: int
    phone: str
    is_confirmation: bool  # may ignore an opt-out
    origin: str
    author_id: int | None
    reply_to_id: int | None
    time_zone: str | None  # the contact's

    @property
    def is_answer(self) -> bool:
        """To somebody who has just texted us: not held in quiet hours."""
        return self.is_confirmation or self.reply_to_id is not None
