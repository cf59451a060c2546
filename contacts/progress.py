"""How far a command of manage.py has come: one line of the terminal, and nothing in a log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Row = TypeVar("Row")

WIDTH = 24  # characters of a whole bar
PAUSE = 0.1  # seconds until the line is written anew
_EMPTY_LINE = "\r\033[K"


class Progress:
    """Used in a with statement, behind which the line is empty again. out: a command's stdout."""

    def __init__(self, out: Any) -> None:
        self._out, self._said_at, self._is_shown = out, 0.0, out.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def bar(self, done: int, total: int, what: str) -> None:
        """Of so many rows, days or whatever it is."""
        if self._is_due():
            full = WIDTH * done // total if total else WIDTH
            self._write(f"{'#' * full:.<{WIDTH}} {done:,} of {total:,} {what}")

    def over(self, rows: Iterable[Row], total: int, what: str) -> Iterator[Row]:
        """The same rows; the line says how many were asked for."""
        for done, row in enumerate(rows, 1):
            yield row
            self.bar(done, total, what)

    def say(self, words: str) -> None:
        if self._is_due():
            self._write(words)

    @contextmanager
    def watching(self, look: Callable[[], str]) -> Iterator[None]:
        """What `look` says, again and again, while something goes on that says nothing itself."""
        is_over = threading.Event()

        def watch() -> None:
            while not is_over.wait(PAUSE):
                self.say(look())

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _is_due(self) -> bool:
        return self._is_shown and time.monotonic() - self._said_at >= PAUSE

    def _write(self, words: str) -> None:
        if self._is_shown:
            self._said_at = time.monotonic()
            self._out.write(_EMPTY_LINE + words, ending="")
            self._out.flush()
