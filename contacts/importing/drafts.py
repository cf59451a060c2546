"""What a contact will be once rows about it are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: What of a contact a list can change.
FIELDS = (
    *("first_name", "last_name", "name", "sort_name", "job_title", "company_id", "email"),
    *("time_zone", "notes"),
)
EMPTY = dict.fromkeys(FIELDS, "") | {"company_id": None}


@dataclass(slots=True, eq=False)
class Draft:
    """
    A contact that rows are about: its FIELDS, and the phones (E.164) and tags (pks) it will have.
    Who is new has no pk before it is stored.
    """

    pk: int | None = None
    values: dict[str, Any] = field(default_factory=EMPTY.copy)
    phones: set[str] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    has_primary: bool = False
    is_archived: bool = False
