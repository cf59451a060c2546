"""Storing many at once, where one that the database refuses must not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError, transaction

log = logging.getLogger(__name__)

REFUSED = "The database refused something in it"
One = TypeVar("One")


def by_halves(
    rows: list[One], store: Callable[[list[One]], None], refuse: Callable[[One, str], None]
) -> None:
    """All at once; if the database refuses something in them, one half and then the other."""
    try:
        with transaction.atomic():
            store(rows)
    except OperationalError:
        raise
    except DatabaseError as error:
        if half := len(rows) // 2:
            by_halves(rows[:half], store, refuse)
            by_halves(rows[half:], store, refuse)
        else:
            log.warning("One of many rows cannot be stored", exc_info=error)
            refuse(rows[0], f"{REFUSED} ({type(error).__name__}).")
