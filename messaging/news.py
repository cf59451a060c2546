"""
What changed on a page since a browser last looked.

A page is a list of pieces, each with the moment it last changed. The browser holds a token: the
newest of those moments, and the pieces that changed within the two seconds before it. So a
transaction that commits a little late is still seen, and nothing is ever shown twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s
from typing import NamedTuple

from contacts.moments import micros

OVERLAP = 2_000_000  # microseconds
_TOKEN = re.compile(r"\d{1,17}(_[a-z]\d{1,19}-\d{1,8})*", re.ASCII)


class Piece(NamedTuple):
    """key: a letter and a pk, such as m12. at, born: microseconds since 1970."""

    key: str
    at: int
    born: int

    @classmethod
    def of(cls, kind: str, pk: int, at: datetime, born: datetime) -> Piece:
        return cls(f"{kind}{pk}", micros(at), micros(born))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser has: everything up to `rev`, and of the last moments only `lately`."""

    rev: int = 0
    lately: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class News:
    """Keys of the pieces that are not on the page yet, and of those that look different now."""

    new: set[str]
    changed: set[str]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


def token(pieces: Iterable[Piece]) -> str:
    """What a browser that shows these pieces holds: "1795312345678901_m12-0_c34-180"."""
    rows = list(pieces)
    rev = max((piece.at for piece in rows), default=0)
    lately = [f"_{p.key}-{rev - p.at}" for p in rows if p.at >= rev - OVERLAP]
    return f"{rev}{''.join(lately)}"


def read(raw: str) -> Seen:
    """The token as a browser sent it; one that was tampered with has seen nothing lately."""
    if not _TOKEN.fullmatch(raw):
        return Seen()
    head, *rest = raw.split("_")
    rev = int(head)
    pairs = (part.split("-") for part in rest)
    return Seen(rev, {key: rev - int(before) for key, before in pairs})


def since(seen: Seen, pieces: Iterable[Piece]) -> News:
    """What a browser has not seen of these pieces."""
    new: set[str] = set()
    changed: set[str] = set()
    for piece in pieces:
        known = seen.lately.get(piece.key)
        if piece.at < seen.rev - OVERLAP or piece.at == known:
            continue
        is_new = known is None and piece.born >= seen.rev - OVERLAP
        (new if is_new else changed).add(piece.key)
    return News(new, changed)


def digest(*parts: object) -> str:
    """A short fingerprint, for pages that are drawn again as a whole."""
    return blake2s(repr(parts).encode(), digest_size=8).hexdigest()
