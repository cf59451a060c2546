"""Primary keys as people and programs send them to us: in an address, a form, a body."""

from __future__ import annotations

MOST_PK = 2**63 - 1  # a database refuses larger ones


def read_pk(typed: str) -> int | None:
    """The key in plain digits, or None: what is none, or no row can have."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 20):
        return None
    pk = int(typed)
    return pk if pk <= MOST_PK else None
