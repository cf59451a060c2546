"""Counts database queries in every process of a benchmark: 8 bytes of a file for each process."""

from __future__ import annotations

import mmap
import os
import secrets
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

FOLDER = "QUERY_COUNTS"  # the variable that names it


def count() -> None:
    """From now on, in this process and those it forks."""
    if os.environ.get(FOLDER):
        connection_created.connect(_wrap, dispatch_uid="tests.bench.queries")


def total(folder: Path) -> int:
    """All of them so far."""
    found = (path.read_bytes() for path in folder.glob("*.queries"))
    return sum(struct.unpack("q", content)[0] for content in found if len(content) == 8)


def _wrap(connection: Any, **_: Any) -> None:
    if any(isinstance(one, _Counter) for one in connection.execute_wrappers):
        return  # it connected anew
    path = Path(os.environ[FOLDER]) / f"{secrets.token_hex(8)}.queries"
    connection.execute_wrappers.append(_Counter(path))


class _Counter:
    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._count = mmap.mmap(file.fileno(), 8)

    def __call__(self, execute: Callable[..., Any], *rest: Any) -> Any:
        self._count[:] = struct.pack("q", struct.unpack("q", self._count[:])[0] + 1)
        return execute(*rest)
